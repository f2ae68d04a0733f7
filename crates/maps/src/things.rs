//! Which places of a map are one thing: each place that is of a class points to a middle, and is of the thing whose middle is nearest to where it points.

use crate::Size;
use crate::classes::{Likeliest, likeliest};

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
    /// Of each thing, for each class how many of its places are of it, and how sure they are of that together, as probabilities are.
    pub votes: Vec<Vec<Vote>>,
}

/// What the places of a thing say of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vote {
    pub places: usize,
    pub sure: f64,
}

impl Pointing<'_> {
    /// The things that have these middles, of two as near the first. There are fewer of them than 16 bits can count.
    pub fn things(&self, middles: &[usize]) -> Things {
        let (places, width) = (self.down.len(), self.size.1);
        let mut owners = vec![0; places];
        let mut votes = vec![vec![Vote::default(); self.classes]; middles.len()];
        if middles.is_empty() {
            return Things { owners, votes };
        }
        let at: Vec<[f64; 2]> = middles.iter().map(|place| [(place / width) as f64, (place % width) as f64]).collect();
        let Likeliest { classes, numbers } = likeliest(self.logits, self.classes);
        for (row, owners) in owners.chunks_exact_mut(width).enumerate() {
            for (column, owner) in owners.iter_mut().enumerate() {
                let place = row * width + column;
                let class = usize::from(classes[place]);
                if class == 0 {
                    continue;
                }
                let (down, across) = (f64::from(self.down[place]), f64::from(self.across[place]));
                let nearest = nearest(&at, [row as f64 + down, column as f64 + across]);
                *owner = nearest as u16 + 1;
                let vote = &mut votes[nearest][class];
                vote.places += 1;
                vote.sure += self.sure(place, numbers[place]);
            }
        }
        Things { owners, votes }
    }

    /// The probability of the likeliest class of a place, whose number this is.
    fn sure(&self, place: usize, most: f32) -> f64 {
        let most = f64::from(most);
        let logits = self.logits[place..].iter().step_by(self.down.len()).take(self.classes);
        1.0 / logits.map(|logit| (f64::from(*logit) - most).exp()).sum::<f64>()
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
        let mut votes = vec![vec![Vote::default(); CLASSES]; middles.len()];
        for (place, owner) in found.owners.iter().enumerate() {
            let logit = |class: usize| f64::from(logits[class * places + place]);
            let class = (1..CLASSES).fold(0, |best, class| if logit(class) > logit(best) { class } else { best });
            let [y, x] = [(place / 13) as f64 + f64::from(down[place]), (place % 13) as f64 + f64::from(across[place])];
            let away = |middle: usize| ((middle / 13) as f64 - y).hypot((middle % 13) as f64 - x);
            let nearest = (0..3).min_by(|one, other| away(middles[*one]).total_cmp(&away(middles[*other])));
            let nearest = nearest.expect("three middles");
            assert_eq!(usize::from(*owner), if class == 0 { 0 } else { nearest + 1 }, "{place}");
            if class > 0 {
                let all: f64 = (0..CLASSES).map(|class| logit(class).exp()).sum();
                votes[nearest][class].places += 1;
                votes[nearest][class].sure += logit(class).exp() / all;
            }
        }
        for (found, expected) in found.votes.iter().flatten().zip(votes.iter().flatten()) {
            assert_eq!(found.places, expected.places);
            assert!((found.sure - expected.sure).abs() < 1e-9, "{found:?} {expected:?}");
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
