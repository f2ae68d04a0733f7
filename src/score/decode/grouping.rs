//! `grouping`: things from the pixels that point to one middle.

use mtlc_maps::peaks::peaks;
use mtlc_maps::things::{Pointing, Things, Votes};

use super::peaks::logit;
use super::{Decode, Decoding, Grouped};
use crate::answers::likeliest;
use crate::catalog::decoders::Role;
use crate::catalog::decoders::grouping::Grouping;
use crate::catalog::losses::grouping::BESIDE;
use crate::catalog::steps::centers::PRIOR;

impl Decode for Grouping {
    /// The things have been brought back to their file's picture where it is known what was done to each picture.
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        Decoding { role: Role::Answer, ..input }
    }

    fn things(&self, values: &[f32], shape: &[usize]) -> Option<Grouped> {
        let [channels, height, width] = *shape else { return None };
        let (classes, places) = ((channels + 1).checked_sub(BESIDE)?, height * width);
        let channel = |channel: usize| &values[channel * places..][..places];
        let heats = channel(classes);
        let middles = self.middles(heats, (height, width));
        let map = Pointing {
            logits: &values[..classes * places],
            classes,
            down: channel(classes + 1),
            across: channel(classes + 2),
            size: (height, width),
        };
        let Things { owners, votes } = map.things(&middles);
        let thing = |(votes, middle): (&Votes, &usize)| {
            let best = likeliest(&votes.sums);
            let cold = (PRIOR - f64::from(heats[*middle])).exp();
            let sure = votes.sums[best] / votes.sums.iter().sum::<f64>() / (1.0 + cold);
            (votes.places > 0).then_some((best as u32, sure as f32))
        };
        Some(Grouped { things: votes.iter().zip(&middles).map(thing).collect(), owners, height, width })
    }
}

impl Grouping {
    /// The hottest places, none too near a hotter one.
    fn middles(&self, heats: &[f32], size: (usize, usize)) -> Vec<usize> {
        let mut middles = peaks(heats, size, logit(self.least.0) + PRIOR, self.apart - 1);
        middles.sort_by(|one, other| heats[*other].total_cmp(&heats[*one]));
        middles.truncate(self.most.min(usize::from(u16::MAX) - 1));
        middles
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Share;

    #[test]
    fn pixels_go_to_the_middle_that_they_point_to() {
        // A line of six places and two classes: a thing of the first class on the left, one of the second on the right, nothing at the end.
        let (mut values, prior) = (vec![0.0_f32; 6 * 6], PRIOR as f32);
        let set = |values: &mut Vec<f32>, channel: usize, of: [f32; 6]| values[channel * 6..][..6].copy_from_slice(&of);
        set(&mut values, 0, [0.0, 0.0, 0.0, 0.0, 0.0, 9.0]);
        set(&mut values, 1, [5.0, 5.0, 4.0, 0.0, 0.0, 0.0]);
        set(&mut values, 2, [0.0, 0.0, 3.0, 5.0, 5.0, 0.0]);
        set(&mut values, 3, [-9.0, 2.0 + prior, -9.0, -9.0, 1.0 + prior, -9.0]);
        // The third place lies as near to both, and points to the right.
        set(&mut values, 5, [1.0, 0.0, 1.6, 1.0, 0.0, 0.0]);
        let grouping = Grouping { most: 9, least: Share(0.5), apart: 2 };
        let found = grouping.things(&values, &[6, 1, 6]).expect("a map");
        assert_eq!(found.owners, [1, 1, 2, 2, 2, 0]);
        let classes: Vec<u32> = found.things.iter().flatten().map(|(class, _)| *class).collect();
        assert_eq!(classes, [0, 1]);
        let sure = found.things[0].expect("a thing").1;
        let expected = 0.880_797 * (5f64.exp() / (5f64.exp() + 1.0));
        assert!((f64::from(sure) - expected).abs() < 1e-5, "{sure} {expected}");
        // Middles that are too near are one.
        assert_eq!(
            Grouping { apart: 4, ..grouping }.things(&values, &[6, 1, 6]).expect("a map").owners,
            [1, 1, 1, 1, 1, 0]
        );
    }
}
