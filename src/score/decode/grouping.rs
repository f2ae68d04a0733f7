//! `grouping`: things from the pixels that point to one middle.

use super::argmax::likeliest_at;
use super::peaks::{is_peak, logit};
use super::{Decode, Decoding, Grouped};
use crate::catalog::decoders::Role;
use crate::catalog::decoders::grouping::Grouping;
use crate::catalog::losses::grouping::BESIDE;
use crate::catalog::steps::centers::PRIOR;

impl Decode for Grouping {
    /// The things have been brought back to their file's picture where it is known what was done to each picture.
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        Decoding { role: Role::Answer, ..input }
    }

    fn things(&self, values: &[f64], shape: &[usize]) -> Option<Grouped> {
        let [channels, height, width] = *shape else { return None };
        let (classes, places) = ((channels + 1).checked_sub(BESIDE)?, height * width);
        let channel = |channel: usize| &values[channel * places..][..places];
        let middles = self.middles(channel(classes), (height, width));
        let (down, across) = (channel(classes + 1), channel(classes + 2));
        // Of each place its likeliest class, how sure it is of that, and the thing that it is of.
        let mut owners = vec![0_u16; places];
        let mut votes = vec![vec![(0_usize, 0.0_f64); classes]; middles.len()];
        let (likeliest, most) = likeliest_at(&values[..classes * places], classes);
        for place in (0..places).filter(|place| likeliest[*place] > 0 && !middles.is_empty()) {
            let (class, most) = (usize::from(likeliest[place]), most[place]);
            let logits = (0..classes).map(|class| values[class * places + place]);
            let points = [(place / width) as f64 + down[place], (place % width) as f64 + across[place]];
            let away = |middle: &(f64, usize)| {
                let at = [(middle.1 / width) as f64, (middle.1 % width) as f64];
                (at[0] - points[0]).powi(2) + (at[1] - points[1]).powi(2)
            };
            let nearest =
                (0..middles.len()).min_by(|one, other| away(&middles[*one]).total_cmp(&away(&middles[*other])));
            let Some(nearest) = nearest else { continue };
            owners[place] = nearest as u16 + 1;
            let sure = 1.0 / logits.map(|logit| (logit - most).exp()).sum::<f64>();
            votes[nearest][class].0 += 1;
            votes[nearest][class].1 += sure;
        }
        let thing = |(votes, (heat, _)): (Vec<(usize, f64)>, &(f64, usize))| {
            let best = (1..classes).fold(0, |best, class| if votes[class].0 > votes[best].0 { class } else { best });
            let (count, sure) = votes[best];
            (count > 0).then(|| ((best - 1) as u32, (sure / count as f64 / (1.0 + (PRIOR - heat).exp())) as f32))
        };
        Some(Grouped { things: votes.into_iter().zip(&middles).map(thing).collect(), owners, height, width })
    }
}

impl Grouping {
    /// The hottest places, none too near a hotter one: logit and place.
    fn middles(&self, heats: &[f64], size: (usize, usize)) -> Vec<(f64, usize)> {
        let (least, apart) = (logit(self.least.0) + PRIOR, self.apart - 1);
        let is_peak = |place: usize| is_peak(heats, size, place, apart);
        let mut middles: Vec<(f64, usize)> = (0..heats.len())
            .filter(|place| heats[*place] >= least && is_peak(*place))
            .map(|place| (heats[place], place))
            .collect();
        middles.sort_by(|one, other| other.0.total_cmp(&one.0));
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
        let mut values = vec![0.0; 6 * 6];
        let set = |values: &mut Vec<f64>, channel: usize, of: [f64; 6]| values[channel * 6..][..6].copy_from_slice(&of);
        set(&mut values, 0, [0.0, 0.0, 0.0, 0.0, 0.0, 9.0]);
        set(&mut values, 1, [5.0, 5.0, 4.0, 0.0, 0.0, 0.0]);
        set(&mut values, 2, [0.0, 0.0, 3.0, 5.0, 5.0, 0.0]);
        set(&mut values, 3, [-9.0, 2.0 + PRIOR, -9.0, -9.0, 1.0 + PRIOR, -9.0]);
        // The third place lies as near to both, and points to the right.
        set(&mut values, 5, [1.0, 0.0, 1.6, 1.0, 0.0, 0.0]);
        let grouping = Grouping { most: 9, least: Share(0.5), apart: 2 };
        let found = grouping.things(&values, &[6, 1, 6]).expect("a map");
        assert_eq!(found.owners, [1, 1, 2, 2, 2, 0]);
        let classes: Vec<u32> = found.things.iter().flatten().map(|(class, _)| *class).collect();
        assert_eq!(classes, [0, 1]);
        let sure = found.things[0].expect("a thing").1;
        let expected = 0.880_797 * (5f64.exp() / (5f64.exp() + 2.0));
        assert!((f64::from(sure) - expected).abs() < 1e-5, "{sure} {expected}");
        // Middles that are too near are one.
        assert_eq!(
            Grouping { apart: 4, ..grouping }.things(&values, &[6, 1, 6]).expect("a map").owners,
            [1, 1, 1, 1, 1, 0]
        );
    }
}
