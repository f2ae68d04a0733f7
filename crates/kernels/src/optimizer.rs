//! A step of Adam over all weights at once: each number is read and written one time.

use pulp::{Arch, NullaryFnOnce};
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
            Arch::new().dispatch(Piece { adam: self, seen, moved: Moved { weights, mean, squared } });
        });
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
        let Adam { beta1, beta2, epsilon, learning_rate, decay, step } = *self.adam;
        let exponent = step.min(i32::MAX as u64) as i32;
        let of_mean = (1.0 / (1.0 - beta1.powi(exponent))) as f32;
        let of_root = (1.0 / (1.0 - beta2.powi(exponent)).sqrt()) as f32;
        let (penalty, decoupled) = match decay {
            Decay::Penalty(by) => (by as f32, 0.0),
            Decay::Decoupled(by) => (0.0, by as f32),
        };
        let [fresh1, fresh2] = [beta1, beta2].map(|beta| (1.0 - beta) as f32);
        let [beta1, beta2, epsilon, rate] = [beta1, beta2, epsilon, learning_rate].map(|number| number as f32);
        let Moved { weights, mean, squared } = self.moved;
        let Seen { gradient, decays, factors } = self.seen;
        let moved = weights.iter_mut().zip(mean).zip(squared);
        let all = moved.zip(gradient.iter().zip(decays));
        let step = |(((weight, mean), squared), (gradient, decays)): Numbers<'_>, factor: f32| {
            let gradient = gradient + *weight * decays * penalty;
            *mean = *mean * beta1 + gradient * fresh1;
            *squared = *squared * beta2 + gradient * gradient * fresh2;
            let direction = *mean * of_mean / (squared.sqrt() * of_root + epsilon);
            *weight -= (direction + *weight * decays * decoupled) * factor * rate;
        };
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
}
