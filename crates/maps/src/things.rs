//! Which places of a map are one thing: each place that is of a class points to a middle, and is of the thing whose middle is nearest to where it points.

use crate::Size;
use crate::classes::largest;

/// What a head says of a picture, channel by channel: a number for each class, the first of which is no thing, and how far down and across each place points.
#[derive(Clone, Copy, Debug)]
pub struct Pointing<'a> {
    pub logits: &'a [f32],
    pub classes: usize,
    pub down: &'a [f32],
    pub across: &'a [f32],
    pub size: Size,
}

/// The places of things.
#[derive(Clone, Debug, PartialEq)]
pub struct Things {
    /// Of each place the thing that it is of, 1 for the first; 0 of none.
    pub owners: Vec<u16>,
    /// What the places of each thing say of its class.
    pub votes: Vec<Votes>,
}

/// What the places of a thing say of its class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Votes {
    pub places: usize,
    /// The probability of each class of things, summed over the places.
    pub sums: Vec<f64>,
}

impl Pointing<'_> {
    /// The things that have these middles, of two as near the first; there are fewer of them than 16 bits can count. A place is of one if the classes of things are together likelier
    /// than none: which of them it is may be open at a place, and is known of all places together.
    pub fn things(&self, middles: &[usize]) -> Things {
        let (places, width) = (self.down.len(), self.size.1);
        let mut owners = vec![0; places];
        let votes = Votes { places: 0, sums: vec![0.0; self.classes - 1] };
        let mut votes = vec![votes; middles.len()];
        if middles.is_empty() {
            return Things { owners, votes };
        }
        let at: Vec<[f64; 2]> = middles.iter().map(|place| [(place / width) as f64, (place % width) as f64]).collect();
        let (none, things) = self.logits.split_at(places);
        let most = largest(things, self.classes - 1);
        // Where the likeliest is behind by that, all together are.
        let behind = ((self.classes - 1) as f32).ln();
        let mut shares = vec![0.0; self.classes - 1];
        for place in 0..places {
            if most[place] + behind <= none[place] {
                continue;
            }
            let exp = |logit: f32| (f64::from(logit) - f64::from(most[place])).exp();
            let logits = things[place..].iter().step_by(places);
            shares.iter_mut().zip(logits).for_each(|(share, logit)| *share = exp(*logit));
            let (of_none, of_things) = (exp(none[place]), shares.iter().sum::<f64>());
            if of_things > of_none {
                let (down, across) = (f64::from(self.down[place]), f64::from(self.across[place]));
                let nearest = nearest(&at, [(place / width) as f64 + down, (place % width) as f64 + across]);
                owners[place] = nearest as u16 + 1;
                let votes = &mut votes[nearest];
                votes.places += 1;
                let all = of_none + of_things;
                votes.sums.iter_mut().zip(&shares).for_each(|(sum, share)| *sum += share / all);
            }
        }
        Things { owners, votes }
    }
}

/// Which of some points is nearest to one, the first of such as are as near.
fn nearest(points: &[[f64; 2]], to: [f64; 2]) -> usize {
    let (mut nearest, mut least) = (0, f64::INFINITY);
    for (number, point) in points.iter().enumerate() {
        let away = (point[0] - to[0]) * (point[0] - to[0]) + (point[1] - to[1]) * (point[1] - to[1]);
        if away < least {
            (nearest, least) = (number, away);
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::numbers;

    #[test]
    fn places_are_of_the_thing_that_they_point_to() {
        const CLASSES: usize = 4;
        let size = (9, 13);
        let places = size.0 * size.1;
        let logits: Vec<f32> = numbers(1, CLASSES * places).iter().map(|number| number * 3.0).collect();
        let [down, across] = [2, 3].map(|seed| numbers(seed, places).iter().map(|way| way * 5.0).collect::<Vec<f32>>());
        let map = Pointing { logits: &logits, classes: CLASSES, down: &down, across: &across, size };
        let middles = [17, 64, 100];
        let found = map.things(&middles);
        let mut votes = vec![(0, vec![0.0; CLASSES - 1]); middles.len()];
        for (place, owner) in found.owners.iter().enumerate() {
            let logit = |class: usize| f64::from(logits[class * places + place]);
            let all: f64 = (0..CLASSES).map(|class| logit(class).exp()).sum();
            let is_thing = logit(0).exp() / all < 0.5;
            let [y, x] = [(place / 13) as f64 + f64::from(down[place]), (place % 13) as f64 + f64::from(across[place])];
            let away = |middle: usize| ((middle / 13) as f64 - y).hypot((middle % 13) as f64 - x);
            let nearest = (0..3).min_by(|one, other| away(middles[*one]).total_cmp(&away(middles[*other])));
            let nearest = nearest.expect("three middles");
            assert_eq!(usize::from(*owner), if is_thing { nearest + 1 } else { 0 }, "{place}");
            if is_thing {
                votes[nearest].0 += 1;
                (1..CLASSES).for_each(|class| votes[nearest].1[class - 1] += logit(class).exp() / all);
            }
        }
        for (found, (places, sums)) in found.votes.iter().zip(votes) {
            assert_eq!(found.places, places);
            for (found, expected) in found.sums.iter().zip(sums) {
                assert!((found - expected).abs() < 1e-9, "{found} {expected}");
            }
        }
    }

    #[test]
    fn without_a_middle_there_is_no_thing() {
        let map = Pointing { logits: &[0.0, 1.0], classes: 2, down: &[0.0], across: &[0.0], size: (1, 1) };
        assert_eq!(map.things(&[]), Things { owners: vec![0], votes: Vec::new() });
        // A place that points nowhere is of the first.
        let lost = Pointing { down: &[f32::NAN], ..map };
        assert_eq!(lost.things(&[0]).owners, [1]);
    }
}
