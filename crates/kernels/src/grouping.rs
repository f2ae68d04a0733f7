//! What a net learns from maps of things: the class of each pixel, the heat of middles, and how far the ways to them are off, in one pass over each.

use rayon::prelude::*;

use crate::cross_entropy::CrossEntropy;
use crate::heats::Heats;
use crate::sums::sum;

/// Channels behind those of the classes: a heat, and the way down and across.
const BESIDE: usize = 3;

/// Channels of the target: a class, a heat, the way, and how much it counts.
const TOLD: usize = 5;

/// Maps of rows one behind the other.
#[derive(Clone, Copy, Debug)]
pub struct Grouping<'a> {
    /// `[rows, classes + 3, places]`
    pub output: &'a [f32],
    /// `[rows, 5, places]`
    pub target: &'a [f32],
    pub classes: usize,
    pub places: usize,
    /// What is taken from outputs before heat is made of them.
    pub prior: f32,
    /// How much heats count beside classes, ways, and the classes of places of things.
    pub heats: f32,
    pub ways: f32,
    pub things: f32,
}

/// What stands beside the classes of a row.
struct Beside<'a> {
    heats: Heats<'a>,
    given: &'a [f32],
    wanted: &'a [f32],
    counts: &'a [f32],
    /// How many things there are; 1 where there is none.
    things: f32,
}

impl Grouping<'_> {
    /// Of each row the mean over its places of the cross-entropy of classes, and what heats, ways and the classes of things add up to by its things.
    ///
    /// # Panics
    /// If output and target are not of the same rows.
    pub fn losses(&self) -> Vec<f32> {
        let labels = self.labels();
        let of_classes = self.entropy(&labels).losses();
        let rows = of_classes.par_chunks(self.places.max(1)).enumerate();
        rows.map(|(row, of_classes)| {
            let beside = self.beside(row);
            let off = |place: usize| beside.off(place).iter().map(|off| off.abs()).sum::<f32>() * beside.counts[place];
            let ways: f32 = beside.counted().map(off).sum();
            let of_things: f32 = beside.counted().map(|place| of_classes[place] * beside.counts[place]).sum();
            let near = self.heats * beside.heats.loss() + self.ways * ways + self.things * of_things;
            sum(of_classes, |loss| loss) / self.places as f32 + near / beside.things
        })
        .collect()
    }

    /// The derivative of each row's loss at its output.
    ///
    /// # Panics
    /// As [`Grouping::losses`].
    pub fn slopes(&self) -> Vec<f32> {
        let labels = self.labels();
        let mut slopes = self.entropy(&labels).slopes();
        let rows = slopes.par_chunks_mut(((self.classes + BESIDE) * self.places).max(1)).enumerate();
        rows.for_each(|(row, slopes)| {
            let (classes, near) = slopes.split_at_mut(self.classes * self.places);
            let beside = self.beside(row);
            let (each, of_things) = (1.0 / self.places as f32, self.things / beside.things);
            for class in classes.chunks_exact_mut(self.places) {
                let slopes = class.iter_mut().zip(beside.counts);
                slopes.for_each(|(slope, counts)| *slope *= each + of_things * counts);
            }
            let (heats, ways) = near.split_at_mut(self.places);
            beside.heats.slopes(self.heats / beside.things, heats);
            let by = self.ways / beside.things;
            for place in beside.counted() {
                for (way, off) in beside.off(place).into_iter().enumerate() {
                    let sign = if off == 0.0 { 0.0 } else { off.signum() };
                    ways[way * self.places + place] = sign * beside.counts[place] * by;
                }
            }
        });
        slopes
    }

    /// The class of each place.
    fn labels(&self) -> Vec<i64> {
        let (given, told) = ((self.classes + BESIDE) * self.places, TOLD * self.places);
        let rows = self.target.len() / told.max(1);
        assert_eq!((self.output.len(), self.target.len()), (rows * given, rows * told), "a target for each row");
        let classes = self.target.chunks_exact(told.max(1)).flat_map(|target| &target[..self.places]);
        classes.map(|class| *class as i64).collect()
    }

    fn entropy<'l>(&'l self, labels: &'l [i64]) -> CrossEntropy<'l> {
        let (classes, after, beside) = (self.classes, self.places, BESIDE * self.places);
        CrossEntropy { logits: self.output, classes, after, beside, labels, smoothing: 0.0, weights: None }
    }

    fn beside(&self, row: usize) -> Beside<'_> {
        let places = self.places;
        let output = &self.output[row * (self.classes + BESIDE) * places..][self.classes * places..];
        let channels = |of: usize, count: usize| &self.target[(row * TOLD + of) * places..][..count * places];
        let counts = channels(4, 1);
        Beside {
            heats: Heats { output: &output[..places], wanted: channels(1, 1), prior: self.prior },
            given: &output[places..BESIDE * places],
            wanted: channels(2, 2),
            counts,
            things: sum(counts, |count| count).max(1.0),
        }
    }
}

impl Beside<'_> {
    /// The places whose ways count.
    fn counted(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.counts.len()).filter(|place| self.counts[*place] != 0.0)
    }

    /// How far the way of a place is off, down and across.
    fn off(&self, place: usize) -> [f32; 2] {
        let places = self.counts.len();
        [0, 1].map(|way| self.given[way * places + place] - self.wanted[way * places + place])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::numbers;

    /// Against the formula in double precision, and its derivative by finite differences of that.
    #[test]
    fn losses_and_slopes_are_those_of_the_formula() {
        for (classes, places) in [(2, 3), (4, 70)] {
            let given = (classes + BESIDE) * places;
            let output: Vec<f32> = numbers(1, 2 * given).iter().map(|x| x * 3.0).collect();
            let mut target: Vec<f32> = numbers(2, 2 * TOLD * places).iter().map(|x| x.abs()).collect();
            for (row, target) in target.chunks_mut(TOLD * places).enumerate() {
                for place in 0..places {
                    target[place] = (place % classes) as f32;
                    // The second row has no thing, and ways to nowhere.
                    let counts = if row == 1 { 0.0 } else { [0.0, 0.5, 1.5][place % 3] };
                    target[4 * places + place] = counts;
                    if counts == 0.0 {
                        target[2 * places + place] = f32::NAN;
                    }
                }
                target[places + 1] = 1.0;
            }
            let (prior, heats, ways, of_things) = (1.5, 0.4, 0.3, 0.7);
            let maps =
                Grouping { output: &output, target: &target, classes, places, prior, heats, ways, things: of_things };
            let (losses, slopes) = (maps.losses(), maps.slopes());
            for (row, found) in losses.iter().enumerate() {
                let target = |channel: usize, place: usize| f64::from(target[(row * TOLD + channel) * places + place]);
                let loss = |moved: (usize, f64)| -> f64 {
                    let at = |channel: usize, place: usize| {
                        let at = row * given + channel * places + place;
                        f64::from(output[at]) + if at == moved.0 { moved.1 } else { 0.0 }
                    };
                    let (mut entropy, mut near, mut things) = (0.0, 0.0, 0.0);
                    for place in 0..places {
                        let all: f64 = (0..classes).map(|class| at(class, place).exp()).sum();
                        let of_place = all.ln() - at(target(0, place) as usize, place);
                        entropy += of_place;
                        near += f64::from(of_things) * target(4, place) * of_place;
                        let (p, heat) = (1.0 / (1.0 + (1.5 - at(classes, place)).exp()), target(1, place));
                        near -= f64::from(heats)
                            * match heat == 1.0 {
                                true => (1.0 - p).powi(2) * p.ln(),
                                false => (1.0 - heat).powi(4) * p.powi(2) * (1.0 - p).ln(),
                            };
                        let counts = target(4, place);
                        if counts > 0.0 {
                            let off = |way: usize| (at(classes + 1 + way, place) - target(2 + way, place)).abs();
                            near += f64::from(ways) * counts * (off(0) + off(1));
                        }
                        things += counts;
                    }
                    entropy / places as f64 + near / things.max(1.0)
                };
                let expected = loss((usize::MAX, 0.0));
                assert!((f64::from(*found) - expected).abs() < 1e-5 * expected, "{found}, not {expected}");
                for (place, found) in slopes[row * given..][..given].iter().enumerate() {
                    let at = row * given + place;
                    let expected = (loss((at, 1e-5)) - loss((at, -1e-5))) / 2e-5;
                    let found = f64::from(*found);
                    assert!((found - expected).abs() < 1e-5, "{at}: {found}, not {expected}");
                }
            }
        }
    }
}
