//! A step of Adam over all weights at once: each number is read and written one time.

use crate::processor::arch;
use pulp::NullaryFnOnce;
use rayon::prelude::*;

/// How weights are pulled towards 0, times the number given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decay {
    /// As a part of the gradient, which the moments see.
    Penalty(f64),
    /// As a part of the step, beside the moments (Loshchilov and Hutter 2019).
    Decoupled(f64),
}

/// A step of Adam (Kingma and Ba 2015).
#[derive(Clone, Copy, Debug)]
pub struct Adam {
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    pub learning_rate: f64,
    pub decay: Decay,
    /// Counted from 1.
    pub step: u64,
}

/// What is changed: each as long as the gradient.
#[derive(Debug)]
pub struct Moved<'a> {
    pub weights: &'a mut [f32],
    /// The running mean of the gradient.
    pub mean: &'a mut [f32],
    /// The running mean of its square.
    pub squared: &'a mut [f32],
}

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    pub gradient: &'a [f32],
    /// How much each weight decays.
    pub decays: &'a [f32],
    /// Factors of the learning rate; all 1 if `None`.
    pub factors: Option<&'a [f32]>,
}

/// Numbers that one thread takes at a time.
const PIECE: usize = 16 * 1024;

impl Adam {
    /// # Panics
    /// If a slice is not as long as the gradient.
    pub fn update(&self, seen: Seen<'_>, moved: Moved<'_>) {
        let count = seen.gradient.len();
        let lengths = [moved.weights.len(), moved.mean.len(), moved.squared.len(), seen.decays.len()];
        assert!(lengths == [count; 4] && seen.factors.is_none_or(|factors| factors.len() == count), "all as long");
        let pieces = moved.weights.par_chunks_mut(PIECE).zip(moved.mean.par_chunks_mut(PIECE));
        pieces.zip(moved.squared.par_chunks_mut(PIECE)).enumerate().for_each(|(index, ((weights, mean), squared))| {
            let part = |numbers: &'_ [f32]| index * PIECE..(index * PIECE + PIECE).min(numbers.len());
            let seen = Seen {
                gradient: &seen.gradient[part(seen.gradient)],
                decays: &seen.decays[part(seen.decays)],
                factors: seen.factors.map(|factors| &factors[part(factors)]),
            };
            arch().dispatch(Piece { adam: self, seen, moved: Moved { weights, mean, squared } });
        });
    }
}

/// The gradient of some of the weights, which stand one after the other.
#[derive(Clone, Copy, Debug)]
pub enum Slopes<'a> {
    Whole(&'a [f32]),
    /// Of a table of such a width, of which few rows have any.
    Rows {
        width: usize,
        /// In ascending order, each once.
        seen: &'a [usize],
        /// Of each of these.
        slopes: &'a [f32],
        /// What some rows have besides, all of them alike.
        shared: Option<(Shared<'a>, &'a [f32])>,
    },
}

/// Which rows of a table.
type Shared<'a> = &'a std::ops::Range<usize>;

/// Weights that stand one after the other, and their gradient.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    pub start: usize,
    pub count: usize,
    pub decays: bool,
    pub slopes: Slopes<'a>,
}

impl Adam {
    /// Moves parts of all weights, in ascending order; nothing else changes. A row of a table that has no gradient moves as one with a gradient of
    /// zeros, which takes no memory.
    ///
    /// # Panics
    /// If parts overlap, or a slice is too short.
    pub fn update_parts(&self, parts: &[Part<'_>], factors: Option<&[f32]>, moved: Moved<'_>) {
        let Moved { mut weights, mut mean, mut squared } = moved;
        let (mut at, mut pieces) = (0, Vec::new());
        for part in parts {
            (weights, mean, squared) =
                (&mut weights[part.start - at..], &mut mean[part.start - at..], &mut squared[part.start - at..]);
            let width = match part.slopes {
                Slopes::Whole(slopes) => {
                    assert_eq!(slopes.len(), part.count, "a slope for each weight");
                    1
                }
                Slopes::Rows { width, .. } => width.max(1),
            };
            let piece = (PIECE / width).max(1) * width;
            for first in (0..part.count).step_by(piece) {
                let count = piece.min(part.count - first);
                let ((own, weights_after), (own_mean, mean_after)) =
                    (weights.split_at_mut(count), mean.split_at_mut(count));
                let (own_squared, squared_after) = squared.split_at_mut(count);
                (weights, mean, squared) = (weights_after, mean_after, squared_after);
                let factors = factors.map(|factors| &factors[part.start + first..][..count]);
                let moved = Moved { weights: own, mean: own_mean, squared: own_squared };
                pieces.push(PieceOfPart { adam: self, part: *part, first, factors, moved });
            }
            at = part.start + part.count;
        }
        pieces.into_par_iter().for_each(|piece| arch().dispatch(piece));
    }

    /// What is the same for all weights.
    #[inline(always)]
    fn constants(&self) -> Constants {
        let Adam { beta1, beta2, epsilon, learning_rate, decay, step } = *self;
        let exponent = step.min(i32::MAX as u64) as i32;
        let (penalty, decoupled) = match decay {
            Decay::Penalty(by) => (by as f32, 0.0),
            Decay::Decoupled(by) => (0.0, by as f32),
        };
        Constants {
            of_mean: (1.0 / (1.0 - beta1.powi(exponent))) as f32,
            of_root: (1.0 / (1.0 - beta2.powi(exponent)).sqrt()) as f32,
            penalty,
            decoupled,
            fresh: [beta1, beta2].map(|beta| (1.0 - beta) as f32),
            beta: [beta1 as f32, beta2 as f32],
            epsilon: epsilon as f32,
            rate: learning_rate as f32,
        }
    }
}

#[derive(Clone, Copy)]
struct Constants {
    of_mean: f32,
    of_root: f32,
    penalty: f32,
    decoupled: f32,
    fresh: [f32; 2],
    beta: [f32; 2],
    epsilon: f32,
    rate: f32,
}

impl Constants {
    #[inline(always)]
    fn step(
        &self,
        ((weight, mean), squared): ((&mut f32, &mut f32), &mut f32),
        gradient: f32,
        decays: f32,
        factor: f32,
    ) {
        let gradient = gradient + *weight * decays * self.penalty;
        *mean = *mean * self.beta[0] + gradient * self.fresh[0];
        *squared = *squared * self.beta[1] + gradient * gradient * self.fresh[1];
        let direction = *mean * self.of_mean / (squared.sqrt() * self.of_root + self.epsilon);
        *weight -= (direction + *weight * decays * self.decoupled) * factor * self.rate;
    }
}

/// Some of the weights of a part.
struct PieceOfPart<'a> {
    adam: &'a Adam,
    part: Part<'a>,
    /// Where it begins in the part.
    first: usize,
    factors: Option<&'a [f32]>,
    moved: Moved<'a>,
}

impl NullaryFnOnce for PieceOfPart<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { adam, part, first, factors, moved: Moved { weights, mean, squared } } = self;
        let constants = adam.constants();
        let decays = f32::from(u8::from(part.decays));
        let count = weights.len();
        let mut go = |range: std::ops::Range<usize>, slopes: &[f32]| {
            let moved =
                weights[range.clone()].iter_mut().zip(&mut mean[range.clone()]).zip(&mut squared[range.clone()]);
            match factors {
                Some(factors) => moved
                    .zip(slopes.iter().zip(&factors[range]))
                    .for_each(|(numbers, (slope, factor))| constants.step(numbers, *slope, decays, *factor)),
                None => moved.zip(slopes).for_each(|(numbers, slope)| constants.step(numbers, *slope, decays, 1.0)),
            }
        };
        let (width, seen, slopes, shared) = match part.slopes {
            Slopes::Whole(slopes) => return go(0..count, &slopes[first..][..count]),
            Slopes::Rows { width, seen, slopes, shared } => (width, seen, slopes, shared),
        };
        let (mut row, end) = (first / width, (first + count) / width);
        let mut next = seen.partition_point(|seen| *seen < row);
        let zeros = vec![0.0; count];
        let mut own = vec![0.0; width];
        while row < end {
            let is_seen = seen.get(next) == Some(&row);
            let has_shared = shared.filter(|(rows, _)| rows.contains(&row)).map(|(_, slopes)| slopes);
            let place = row * width - first;
            if !is_seen && has_shared.is_none() {
                // All up to the next row that has any.
                let until = seen.get(next).map_or(end, |seen| end.min(*seen));
                let until =
                    shared.filter(|(rows, _)| rows.start > row).map_or(until, |(rows, _)| until.min(rows.start));
                go(place..until * width - first, &zeros[..(until - row) * width]);
                row = until;
                continue;
            }
            own.fill(0.0);
            if is_seen {
                own.copy_from_slice(&slopes[next * width..][..width]);
                next += 1;
            }
            if let Some(shared) = has_shared {
                own.iter_mut().zip(shared).for_each(|(own, shared)| *own += shared);
            }
            go(place..place + width, &own);
            row += 1;
        }
    }
}

struct Piece<'a> {
    adam: &'a Adam,
    seen: Seen<'a>,
    moved: Moved<'a>,
}

impl NullaryFnOnce for Piece<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let constants = self.adam.constants();
        let Moved { weights, mean, squared } = self.moved;
        let Seen { gradient, decays, factors } = self.seen;
        let moved = weights.iter_mut().zip(mean).zip(squared);
        let all = moved.zip(gradient.iter().zip(decays));
        let step =
            |(moved, (gradient, decays)): Numbers<'_>, factor: f32| constants.step(moved, *gradient, *decays, factor);
        match factors {
            Some(factors) => all.zip(factors).for_each(|(numbers, factor)| step(numbers, *factor)),
            None => all.for_each(|numbers| step(numbers, 1.0)),
        }
    }
}

/// One weight, its moments, its gradient and how much it decays.
type Numbers<'a> = (((&'a mut f32, &'a mut f32), &'a mut f32), (&'a f32, &'a f32));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::numbers;

    /// Against the formulas in double precision, over several steps and more numbers than one piece.
    #[test]
    fn steps_are_those_of_the_paper() {
        let count = PIECE + 77;
        let decays: Vec<f32> = (0..count).map(|at| (at % 2) as f32).collect();
        let factors: Vec<f32> = (0..count).map(|at| 0.5 + (at % 3) as f32).collect();
        for decay in [Decay::Penalty(0.1), Decay::Decoupled(0.1)] {
            for factors in [None, Some(factors.as_slice())] {
                let mut weights = numbers(1, count);
                let (mut mean, mut squared) = (vec![0.0; count], vec![0.0; count]);
                let mut exact: Vec<[f64; 3]> = weights.iter().map(|weight| [f64::from(*weight), 0.0, 0.0]).collect();
                for step in 1..5 {
                    let gradient = numbers(step as usize + 1, count);
                    let adam =
                        Adam { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, learning_rate: 0.01, decay, step: step as u64 };
                    let seen = Seen { gradient: &gradient, decays: &decays, factors };
                    adam.update(seen, Moved { weights: &mut weights, mean: &mut mean, squared: &mut squared });
                    for (at, [weight, mean, squared]) in exact.iter_mut().enumerate() {
                        let decaying = *weight * f64::from(decays[at]) * 0.1;
                        let penalised = matches!(decay, Decay::Penalty(_));
                        let g = f64::from(gradient[at]) + if penalised { decaying } else { 0.0 };
                        *mean = 0.9 * *mean + 0.1 * g;
                        *squared = 0.99 * *squared + 0.01 * g * g;
                        let direction = (*mean / (1.0 - 0.9f64.powi(step)))
                            / ((*squared / (1.0 - 0.99f64.powi(step))).sqrt() + 1e-8);
                        let direction = direction + if penalised { 0.0 } else { decaying };
                        *weight -= 0.01 * direction * factors.map_or(1.0, |factors| f64::from(factors[at]));
                    }
                }
                for (at, (found, [expected, ..])) in weights.iter().zip(&exact).enumerate() {
                    assert!((f64::from(*found) - expected).abs() < 1e-5, "{decay:?} [{at}]: {found}, not {expected}");
                }
            }
        }
    }

    /// To the bit what a step on all of it does where parts have a gradient, and nothing where none has.
    #[test]
    fn parts_step_as_a_whole() {
        let (dense, rows, width, after) = (PIECE + 5, 1000, 24, 33);
        let count = dense + rows * width + after;
        let seen: Vec<usize> = vec![0, 3, 4, 500, 997, 999];
        let range = 2..998;
        let slopes = numbers(7, seen.len() * width);
        let common = numbers(8, width);
        let factors: Vec<f32> = (0..count).map(|at| 0.5 + (at % 3) as f32).collect();
        for (shared, factors) in [(false, None), (true, None), (true, Some(factors.as_slice()))] {
            let first = numbers(6, dense);
            let mut whole = first.clone();
            for row in 0..rows {
                let place = seen.iter().position(|seen| *seen == row);
                let own = |at: usize| place.map_or(0.0, |place| slopes[place * width + at]);
                let all = |at: usize| if shared && range.contains(&row) { common[at] } else { 0.0 };
                whole.extend((0..width).map(|at| own(at) + all(at)));
            }
            let mut decays = vec![1.0; dense];
            decays.resize(dense + rows * width, 0.0);
            let start = || [numbers(1, count), numbers(2, count), numbers(3, count).iter().map(|x| x * x).collect()];
            let (mut parted, mut expected) = (start(), start());
            for step in 1..4 {
                let decay = Decay::Decoupled(0.1);
                let adam = Adam { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, learning_rate: 0.01, decay, step };
                let shared = shared.then_some((&range, common.as_slice()));
                let table = Slopes::Rows { width, seen: &seen, slopes: &slopes, shared };
                let parts = [
                    Part { start: 0, count: dense, decays: true, slopes: Slopes::Whole(&first) },
                    Part { start: dense, count: rows * width, decays: false, slopes: table },
                ];
                let [weights, mean, squared] = parted.each_mut().map(Vec::as_mut_slice);
                adam.update_parts(&parts, factors, Moved { weights, mean, squared });
                let [weights, mean, squared] = expected.each_mut().map(|all| &mut all[..whole.len()]);
                let factors = factors.map(|factors| &factors[..whole.len()]);
                adam.update(Seen { gradient: &whole, decays: &decays, factors }, Moved { weights, mean, squared });
            }
            assert_eq!(parted, expected);
        }
    }
}
