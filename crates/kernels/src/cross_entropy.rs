//! Softmax and cross-entropy as one: −log of a class's share of Σ exp(logit), and its derivative, without the shares in memory.

use crate::processor::arch;
use pulp::NullaryFnOnce;
use rayon::prelude::*;

use crate::pointwise::functions::exp;
use crate::sums::{largest, sum};

/// Logits `[before, classes, after]`, with a class for each of `[before, after]` places: `after` is 1 where the classes stand last.
#[derive(Clone, Copy, Debug)]
pub struct CrossEntropy<'a> {
    pub logits: &'a [f32],
    pub classes: usize,
    pub after: usize,
    /// So many numbers stand behind the logits of each of the `before`, and are none.
    pub beside: usize,
    /// One that is no class gives a loss that is no number, unless its place weighs nothing.
    pub labels: &'a [i64],
    /// The share of the label that all classes have in common (Szegedy et al. 2016).
    pub smoothing: f32,
    /// How much each place counts; where this is 0 everything is 0, whatever stands there. All 1 if `None`.
    pub weights: Option<&'a [f32]>,
}

/// Places that are computed side by side, where the classes do not stand last.
const SIDE: usize = 64;

/// Numbers that a thread takes at a time, at least.
const PIECE: usize = 8 * 1024;

impl CrossEntropy<'_> {
    fn check(&self) {
        let beside = self.labels.len() / self.after.max(1) * self.beside;
        let logits = self.labels.len() * self.classes;
        assert_eq!(self.logits.len(), logits + beside, "a logit for each class of each place");
        assert!(self.weights.is_none_or(|weights| weights.len() == self.labels.len()), "a weight for each place");
    }

    /// Of each place.
    ///
    /// # Panics
    /// If there are not as many logits and weights as the labels want.
    pub fn losses(&self) -> Vec<f32> {
        self.check();
        let mut losses = vec![0.0; self.labels.len()];
        let block = self.classes * self.after + self.beside;
        let at_once = (PIECE / block.max(1)).max(1);
        losses.par_chunks_mut(at_once * self.after.max(1)).enumerate().for_each(|(piece, losses)| {
            arch().dispatch(Piece { of: self, first: piece * at_once, to: To::Losses(losses) });
        });
        losses
    }

    /// The derivative of each place's loss at its logits, as the logits lie.
    ///
    /// # Panics
    /// As [`CrossEntropy::losses`].
    pub fn slopes(&self) -> Vec<f32> {
        self.check();
        let mut slopes = vec![0.0; self.logits.len()];
        let block = self.classes * self.after + self.beside;
        let at_once = (PIECE / block.max(1)).max(1);
        slopes.par_chunks_mut(at_once * block.max(1)).enumerate().for_each(|(piece, slopes)| {
            arch().dispatch(Piece { of: self, first: piece * at_once, to: To::Slopes(slopes) });
        });
        slopes
    }

    fn weight(&self, place: usize) -> f32 {
        self.weights.map_or(1.0, |weights| weights[place])
    }

    fn label(&self, place: usize) -> Option<usize> {
        usize::try_from(self.labels[place]).ok().filter(|label| *label < self.classes)
    }
}

/// What is computed for some of the `before`, and where it is put.
enum To<'a> {
    Losses(&'a mut [f32]),
    Slopes(&'a mut [f32]),
}

struct Piece<'a> {
    of: &'a CrossEntropy<'a>,
    first: usize,
    to: To<'a>,
}

impl NullaryFnOnce for Piece<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { of, first, to } = self;
        let (after, own) = (of.after.max(1), of.classes * of.after);
        let block = (own + of.beside).max(1);
        let from = of.logits[first * block..].chunks_exact(block).map(|logits| &logits[..own]);
        match to {
            To::Losses(losses) if after == 1 => {
                let places = losses.iter_mut().zip(from).enumerate();
                places.for_each(|(index, (loss, logits))| *loss = of.loss(logits, first + index));
            }
            To::Slopes(slopes) if after == 1 => {
                let places = slopes.chunks_exact_mut(block).zip(from).enumerate();
                places.for_each(|(index, (slopes, logits))| of.slope(logits, first + index, &mut slopes[..own]));
            }
            To::Losses(losses) => {
                let blocks = losses.chunks_exact_mut(after).zip(from).enumerate();
                blocks.for_each(|(index, (losses, logits))| of.losses_of_block(logits, first + index, losses));
            }
            To::Slopes(slopes) => {
                let blocks = slopes.chunks_exact_mut(block).zip(from).enumerate();
                blocks.for_each(|(index, (slopes, logits))| {
                    of.slopes_of_block(logits, first + index, &mut slopes[..own])
                });
            }
        }
    }
}

impl CrossEntropy<'_> {
    #[inline(always)]
    fn loss(&self, logits: &[f32], place: usize) -> f32 {
        let weight = self.weight(place);
        if weight == 0.0 {
            return 0.0;
        }
        let most = largest(logits);
        let total = sum(logits, |logit| exp(logit - most)).ln() + most;
        let own = self.label(place).map_or(f32::NAN, |label| logits[label]);
        let mut loss = total - own;
        if self.smoothing > 0.0 {
            let of_all = total - sum(logits, |logit| logit) / self.classes as f32;
            loss = loss * (1.0 - self.smoothing) + of_all * self.smoothing;
        }
        loss * weight
    }

    #[inline(always)]
    fn slope(&self, logits: &[f32], place: usize, slopes: &mut [f32]) {
        let weight = self.weight(place);
        if weight == 0.0 {
            return;
        }
        let most = largest(logits);
        slopes.iter_mut().zip(logits).for_each(|(slope, logit)| *slope = exp(logit - most));
        let share = 1.0 / sum(slopes, |power| power);
        let even = self.smoothing / self.classes as f32;
        slopes.iter_mut().for_each(|slope| *slope = (*slope * share - even) * weight);
        if let Some(label) = self.label(place) {
            slopes[label] -= (1.0 - self.smoothing) * weight;
        }
    }

    /// Of places that stand side by side, class below class: what all of them have of Σ exp(logit − largest), and the largest.
    #[inline(always)]
    fn totals(&self, logits: &[f32], start: usize, count: usize) -> ([f32; SIDE], [f32; SIDE]) {
        let rows = || logits.chunks_exact(self.after).map(|row| &row[start..start + count]);
        let (mut most, mut total) = ([f32::NEG_INFINITY; SIDE], [0.0; SIDE]);
        rows().for_each(|row| most.iter_mut().zip(row).for_each(|(most, logit)| *most = most.max(*logit)));
        for row in rows() {
            total.iter_mut().zip(row.iter().zip(&most)).for_each(|(total, (logit, most))| *total += exp(logit - most));
        }
        (total, most)
    }

    #[inline(always)]
    fn losses_of_block(&self, logits: &[f32], block: usize, losses: &mut [f32]) {
        for (side, losses) in losses.chunks_mut(SIDE).enumerate() {
            let start = side * SIDE;
            let (total, most) = self.totals(logits, start, losses.len());
            for (index, loss) in losses.iter_mut().enumerate() {
                let place = block * self.after + start + index;
                let weight = self.weight(place);
                if weight == 0.0 {
                    continue;
                }
                let at = |class: usize| logits[class * self.after + start + index];
                let total = total[index].ln() + most[index];
                *loss = total - self.label(place).map_or(f32::NAN, at);
                if self.smoothing > 0.0 {
                    let mean = (0..self.classes).map(at).sum::<f32>() / self.classes as f32;
                    *loss = *loss * (1.0 - self.smoothing) + (total - mean) * self.smoothing;
                }
                *loss *= weight;
            }
        }
    }

    #[inline(always)]
    fn slopes_of_block(&self, logits: &[f32], block: usize, slopes: &mut [f32]) {
        let even = self.smoothing / self.classes as f32;
        for start in (0..self.after).step_by(SIDE) {
            let count = SIDE.min(self.after - start);
            let (total, most) = self.totals(logits, start, count);
            let first = block * self.after + start;
            let mut weights = [0.0; SIDE];
            weights[..count].iter_mut().enumerate().for_each(|(index, weight)| *weight = self.weight(first + index));
            let shares: [f32; SIDE] = std::array::from_fn(|index| 1.0 / total[index]);
            let rows = slopes.chunks_exact_mut(self.after).zip(logits.chunks_exact(self.after));
            for (slopes, logits) in rows {
                let (slopes, logits) = (&mut slopes[start..start + count], &logits[start..start + count]);
                for (index, (slope, logit)) in slopes.iter_mut().zip(logits).enumerate() {
                    let value = (exp(logit - most[index]) * shares[index] - even) * weights[index];
                    // Whatever stands at a place that weighs nothing.
                    *slope = if weights[index] == 0.0 { 0.0 } else { value };
                }
            }
            for index in 0..count {
                if let Some(label) = self.label(first + index) {
                    slopes[label * self.after + start + index] -= (1.0 - self.smoothing) * weights[index];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::numbers;

    /// Against the formula in double precision, and its derivative by finite differences of that.
    #[test]
    fn losses_and_slopes_are_those_of_the_formula() {
        for (before, classes, after) in [(3, 5, 1), (700, 33, 1), (1, 1, 1), (2, 4, 7), (3, 11, 130), (2, 3000, 3)] {
            for smoothing in [0.0, 0.2] {
                let logits: Vec<f32> = numbers(1, before * classes * after).iter().map(|x| x * 9.0).collect();
                let labels: Vec<i64> = (0..before * after).map(|place| (place * 7 % classes) as i64).collect();
                let weights: Vec<f32> = (0..before * after).map(|place| (place % 3) as f32).collect();
                for weights in [None, Some(weights.as_slice())] {
                    let given = CrossEntropy {
                        logits: &logits,
                        classes,
                        after,
                        beside: 0,
                        labels: &labels,
                        smoothing,
                        weights,
                    };
                    let (losses, slopes) = (given.losses(), given.slopes());
                    for place in (0..losses.len()).step_by(losses.len() / 40 + 1) {
                        let at = |class: usize| (place / after * classes + class) * after + place % after;
                        let own: Vec<f64> = (0..classes).map(|class| f64::from(logits[at(class)])).collect();
                        let loss = |own: &[f64]| {
                            let total = own.iter().map(|logit| logit.exp()).sum::<f64>().ln();
                            let even = f64::from(smoothing) / classes as f64;
                            let taken = |class: usize| {
                                let all = if class as i64 == labels[place] { 1.0 - f64::from(smoothing) } else { 0.0 };
                                all + even
                            };
                            let sum: f64 = own.iter().enumerate().map(|(at, logit)| taken(at) * (total - logit)).sum();
                            sum * weights.map_or(1.0, |weights| f64::from(weights[place]))
                        };
                        let expected = loss(&own);
                        let off = (f64::from(losses[place]) - expected).abs();
                        assert!(off < 1e-5 * (1.0 + expected), "{place}: {}, not {expected}", losses[place]);
                        for class in [0, classes / 2, labels[place] as usize] {
                            let moved = |by: f64| {
                                let mut own = own.clone();
                                own[class] += by;
                                loss(&own)
                            };
                            let expected = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                            let found = slopes[at(class)];
                            assert!((f64::from(found) - expected).abs() < 1e-5, "{place}: {found}, not {expected}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_weighs_nothing_is_zero_and_what_is_no_class_is_no_number() {
        for after in [1, 2] {
            let logits = [f32::NAN; 4];
            let labels = [-1, 7];
            let given = CrossEntropy {
                logits: &logits[..4],
                classes: 2,
                after,
                beside: 0,
                labels: &labels,
                smoothing: 0.0,
                weights: None,
            };
            assert!(given.losses().iter().all(|loss| loss.is_nan()));
            let given = CrossEntropy { weights: Some(&[0.0, 0.0]), ..given };
            assert_eq!((given.losses(), given.slopes()), (vec![0.0; 2], vec![0.0; 4]));
        }
    }
}
