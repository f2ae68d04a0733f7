//! How little the places of each class and those that are given it overlap, and the derivative: with softmax and sums as one, without the shares in memory.

use crate::processor::arch;
use pulp::NullaryFnOnce;
use rayon::prelude::*;

use crate::pointwise::functions::exp;

/// Logits `[rows, classes, places]` against a class for each of `[rows, places]` places.
#[derive(Clone, Copy, Debug)]
pub struct Dice<'a> {
    pub logits: &'a [f32],
    pub classes: usize,
    pub places: usize,
    /// One that is no class is of none.
    pub labels: &'a [i64],
    /// Places where it is 0 count nowhere, whatever stands there; all others alike. All count if `None`.
    pub counts: Option<&'a [f32]>,
    /// What is added above and below.
    pub smooth: f32,
}

/// What a row's places come to, class by class.
struct Overlap {
    /// `2·Σ p·y + smooth`
    both: Vec<f64>,
    /// `Σ p + Σ y + smooth`
    all: Vec<f64>,
    /// What each class counts: 1 / (the classes that the row has) of these, 0 of others.
    share: Vec<f64>,
}

/// Places that are computed side by side.
const SIDE: usize = 64;

impl Dice<'_> {
    /// Of each row, the mean over its classes of 1 less twice what they share over what either has.
    ///
    /// # Panics
    /// If there are not as many logits and labels as the sizes want.
    pub fn losses(&self) -> Vec<f32> {
        let rows = self.rows();
        let loss = |row: usize| {
            let Overlap { both, all, share } = self.overlap(row);
            let of_class = |class: usize| (1.0 - both[class] / all[class].max(f64::MIN_POSITIVE)) * share[class];
            (0..self.classes).map(of_class).sum::<f64>() as f32
        };
        (0..rows).into_par_iter().map(loss).collect()
    }

    /// The derivative of each row's loss at its logits: at each probability of a class it is `−(2·y − both / all) / all` times the class's share; through the softmax it is
    /// what lies above the mean of these, weighed by the probabilities.
    ///
    /// # Panics
    /// As [`Dice::losses`].
    pub fn slopes(&self) -> Vec<f32> {
        self.rows();
        let mut slopes = vec![0.0; self.logits.len()];
        let rows = slopes.par_chunks_mut((self.classes * self.places).max(1)).enumerate();
        rows.for_each(|(row, slopes)| {
            let Overlap { both, all, share } = self.overlap(row);
            // What a probability adds to the loss, at any place and at one of the class.
            let at = |class: usize| {
                let all = all[class].max(f64::MIN_POSITIVE);
                [both[class] / all * share[class] / all, -2.0 * share[class] / all].map(|number| number as f32)
            };
            let at: Vec<[f32; 2]> = (0..self.classes).map(at).collect();
            arch().dispatch(Slopes { of: self, row, at: &at, slopes });
        });
        slopes
    }

    fn rows(&self) -> usize {
        assert_eq!(self.logits.len(), self.labels.len() * self.classes, "a logit for each class of each place");
        assert!(self.counts.is_none_or(|counts| counts.len() == self.labels.len()), "what each place counts");
        self.labels.len() / self.places.max(1)
    }

    fn overlap(&self, row: usize) -> Overlap {
        let mut sums =
            Sums { shared: vec![0.0; self.classes], given: vec![0.0; self.classes], have: vec![0; self.classes] };
        arch().dispatch(Sum { of: self, row, sums: &mut sums });
        let present = sums.have.iter().filter(|have| **have > 0).count().max(1);
        let smooth = f64::from(self.smooth);
        Overlap {
            both: sums.shared.iter().map(|shared| 2.0 * shared + smooth).collect(),
            all: sums.given.iter().zip(&sums.have).map(|(given, have)| given + f64::from(*have) + smooth).collect(),
            share: sums.have.iter().map(|have| if *have > 0 { 1.0 / present as f64 } else { 0.0 }).collect(),
        }
    }

    /// The label of a place, if it is one and counts.
    #[inline(always)]
    fn label(&self, place: usize) -> Option<usize> {
        let counts = self.counts.is_none_or(|counts| counts[place] != 0.0);
        usize::try_from(self.labels[place]).ok().filter(|label| counts && *label < self.classes)
    }

    /// Of places that stand side by side the largest logit, and what 1 is of the sum of all powers: 0 where the place counts nowhere.
    #[inline(always)]
    fn totals(&self, logits: &[f32], (first, start, count): (usize, usize, usize)) -> ([f32; SIDE], [f32; SIDE]) {
        let rows = || logits.chunks_exact(self.places).map(|row| &row[start..start + count]);
        let (mut most, mut total) = ([f32::NEG_INFINITY; SIDE], [0.0; SIDE]);
        rows().for_each(|row| most.iter_mut().zip(row).for_each(|(most, logit)| *most = most.max(*logit)));
        for row in rows() {
            total.iter_mut().zip(row.iter().zip(&most)).for_each(|(total, (logit, most))| *total += exp(logit - most));
        }
        total[..count].iter_mut().for_each(|total| *total = 1.0 / *total);
        if let Some(counts) = self.counts {
            let counts = &counts[first + start..][..count];
            total.iter_mut().zip(counts).for_each(|(total, counts)| *total = if *counts == 0.0 { 0.0 } else { *total });
        }
        (most, total)
    }

    /// The probability of a class at a place; 0 where the place counts nowhere.
    #[inline(always)]
    fn share(logit: f32, most: f32, total: f32) -> f32 {
        if total == 0.0 { 0.0 } else { exp(logit - most) * total }
    }
}

/// Of a row, class by class: `Σ p·y`, `Σ p` and `Σ y`.
struct Sums {
    shared: Vec<f64>,
    given: Vec<f64>,
    have: Vec<u32>,
}

struct Sum<'a> {
    of: &'a Dice<'a>,
    row: usize,
    sums: &'a mut Sums,
}

impl NullaryFnOnce for Sum<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { of, row, sums } = self;
        let (first, block) = (row * of.places, of.classes * of.places);
        let logits = &of.logits[row * block..][..block];
        for start in (0..of.places).step_by(SIDE) {
            let count = SIDE.min(of.places - start);
            let (most, total) = of.totals(logits, (first, start, count));
            for (given, logits) in sums.given.iter_mut().zip(logits.chunks_exact(of.places)) {
                let mut shares = [0.0; SIDE];
                let places = logits[start..start + count].iter().zip(most.iter().zip(&total));
                shares.iter_mut().zip(places).for_each(|(share, (logit, (most, total)))| {
                    *share = Dice::share(*logit, *most, *total);
                });
                *given += f64::from(crate::sums::sum(&shares, |share| share));
            }
            for (index, (most, total)) in most.iter().zip(&total).enumerate().take(count) {
                if let Some(label) = of.label(first + start + index) {
                    let logit = logits[label * of.places + start + index];
                    sums.have[label] += 1;
                    sums.shared[label] += f64::from(Dice::share(logit, *most, *total));
                }
            }
        }
    }
}

struct Slopes<'a> {
    of: &'a Dice<'a>,
    row: usize,
    at: &'a [[f32; 2]],
    slopes: &'a mut [f32],
}

impl NullaryFnOnce for Slopes<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { of, row, at, slopes } = self;
        let (first, block) = (row * of.places, of.classes * of.places);
        let logits = &of.logits[row * block..][..block];
        for start in (0..of.places).step_by(SIDE) {
            let count = SIDE.min(of.places - start);
            let (most, total) = of.totals(logits, (first, start, count));
            // The mean of what probabilities add, weighed by themselves.
            let mut mean = [0.0; SIDE];
            for ((at, slopes), logits) in
                at.iter().zip(slopes.chunks_exact_mut(of.places)).zip(logits.chunks_exact(of.places))
            {
                let (slopes, logits) = (&mut slopes[start..start + count], &logits[start..start + count]);
                let places = logits.iter().zip(most.iter().zip(&total)).zip(&mut mean);
                for (slope, ((logit, (most, total)), mean)) in slopes.iter_mut().zip(places) {
                    *slope = Dice::share(*logit, *most, *total);
                    *mean += *slope * at[0];
                }
            }
            // At its own class a place adds something more, which is p·(a + b − m) = p·(a − m) + p·b.
            let mut more = [0.0; SIDE];
            for (index, (more, mean)) in more.iter_mut().zip(&mut mean).enumerate().take(count) {
                if let Some(label) = of.label(first + start + index) {
                    *more = slopes[label * of.places + start + index] * at[label][1];
                    *mean += *more;
                }
            }
            for (at, slopes) in at.iter().zip(slopes.chunks_exact_mut(of.places)) {
                let slopes = slopes[start..start + count].iter_mut().zip(&mean);
                slopes.for_each(|(slope, mean)| *slope *= at[0] - mean);
            }
            for (index, more) in more.iter().enumerate().take(count) {
                if let Some(label) = of.label(first + start + index) {
                    slopes[label * of.places + start + index] += more;
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
        for (rows, classes, places) in [(1, 1, 1), (2, 3, 5), (3, 11, 130), (2, 4, 64)] {
            let logits: Vec<f32> = numbers(1, rows * classes * places).iter().map(|x| x * 4.0).collect();
            // The last class is nobody's, and some labels are no class.
            let labels: Vec<i64> = (0..rows * places).map(|at| (at * 7 % (classes + 1)) as i64 - 1).collect();
            let some: Vec<f32> = (0..rows * places).map(|at| (at % 4) as f32).collect();
            for (counts, smooth) in [(None, 1.0), (Some(some.as_slice()), 0.5)] {
                let given = Dice { logits: &logits, classes, places, labels: &labels, counts, smooth };
                let (losses, slopes) = (given.losses(), given.slopes());
                let loss = |row: usize, moved: (usize, f64)| -> f64 {
                    let (mut both, mut all) = (vec![f64::from(smooth); classes], vec![f64::from(smooth); classes]);
                    let mut have = vec![false; classes];
                    for place in (0..places).filter(|place| counts.is_none_or(|all| all[row * places + place] != 0.0)) {
                        let at = |class: usize| (row * classes + class) * places + place;
                        let logit = |class: usize| {
                            f64::from(logits[at(class)]) + if at(class) == moved.0 { moved.1 } else { 0.0 }
                        };
                        let total: f64 = (0..classes).map(|class| logit(class).exp()).sum();
                        for class in 0..classes {
                            let share = logit(class).exp() / total;
                            let own = labels[row * places + place] == class as i64;
                            both[class] += if own { 2.0 * share } else { 0.0 };
                            all[class] += share + f64::from(u8::from(own));
                            have[class] |= own;
                        }
                    }
                    let present = have.iter().filter(|have| **have).count().max(1) as f64;
                    (0..classes)
                        .filter(|class| have[*class])
                        .map(|class| (1.0 - both[class] / all[class]) / present)
                        .sum()
                };
                for (row, found) in losses.iter().enumerate() {
                    let expected = loss(row, (0, 0.0));
                    assert!((f64::from(*found) - expected).abs() < 1e-6, "{found}, not {expected}");
                    for at in (row * classes * places..(row + 1) * classes * places).step_by(7) {
                        let expected = (loss(row, (at, 1e-5)) - loss(row, (at, -1e-5))) / 2e-5;
                        let found = slopes[at];
                        assert!((f64::from(found) - expected).abs() < 1e-6, "{at}: {found}, not {expected}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_counts_nowhere_may_be_anything() {
        let logits = [f32::NAN, 1.0, f32::NAN, 2.0];
        let counts = Some([0.0, 2.0].as_slice());
        let given = Dice { logits: &logits, classes: 2, places: 2, labels: &[0, 1], counts, smooth: 1.0 };
        assert!(given.losses()[0].is_finite() && given.slopes().iter().all(|slope| slope.is_finite()));
        let nothing = Dice { counts: Some(&[0.0, 0.0]), ..given };
        assert_eq!((nothing.losses(), nothing.slopes()), (vec![0.0], vec![0.0; 4]));
        let none = Dice { logits: &[], labels: &[], counts: None, ..given };
        assert_eq!((none.losses(), none.slopes()), (Vec::new(), Vec::new()));
    }
}
