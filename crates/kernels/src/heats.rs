//! The focal loss of heats (Law and Deng 2018): at each place `−(1 − p)²·ln p` where the heat y is 1, and `−(1 − y)⁴·p²·ln(1 − p)` elsewhere, with p the sigmoid of an output less a number
//! that it begins below.

use pulp::NullaryFnOnce;

use crate::pointwise::functions::{exp, softplus};
use crate::processor::arch;
use crate::sums::sum_of_two;

/// What a head gives, and the heat that is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Heats<'a> {
    pub output: &'a [f32],
    pub wanted: &'a [f32],
    /// What is taken from the output.
    pub prior: f32,
}

impl Heats<'_> {
    /// Of all places together.
    pub fn loss(&self) -> f32 {
        arch().dispatch(Loss(self))
    }

    /// The derivative at each output, times a factor.
    pub fn slopes(&self, factor: f32, slopes: &mut [f32]) {
        arch().dispatch(Slopes(self, factor, slopes));
    }

    /// How many places are as hot as can be.
    pub fn middles(&self) -> usize {
        self.wanted.iter().filter(|heat| **heat == 1.0).count()
    }
}

/// The sigmoid, and −ln of it and of what is left of 1, which cannot be infinite.
#[inline(always)]
fn sigmoid(logit: f32) -> (f32, f32, f32) {
    let small = exp(-logit.abs());
    let near = softplus(-logit.abs());
    let p = (if logit < 0.0 { small } else { 1.0 }) / (1.0 + small);
    (p, near + (-logit).max(0.0), near + logit.max(0.0))
}

struct Loss<'a>(&'a Heats<'a>);

impl NullaryFnOnce for Loss<'_> {
    type Output = f32;

    #[inline(always)]
    fn call(self) -> f32 {
        let prior = self.0.prior;
        sum_of_two(self.0.output, self.0.wanted, |output, heat| {
            let (p, found, missed) = sigmoid(output - prior);
            let cold = (1.0 - heat) * (1.0 - heat);
            if heat == 1.0 { (1.0 - p) * (1.0 - p) * found } else { cold * cold * p * p * missed }
        })
    }
}

struct Slopes<'a>(&'a Heats<'a>, f32, &'a mut [f32]);

impl NullaryFnOnce for Slopes<'_> {
    type Output = ();

    /// `(1 − p)²·(2·p·ln p + p − 1)` where the heat is 1, and `(1 − y)⁴·p²·(p − 2·(1 − p)·ln(1 − p))` elsewhere.
    #[inline(always)]
    fn call(self) {
        let Self(Heats { output, wanted, prior }, factor, slopes) = self;
        for (slope, (output, heat)) in slopes.iter_mut().zip(output.iter().zip(*wanted)) {
            let (p, found, missed) = sigmoid(output - prior);
            let (left, cold) = (1.0 - p, (1.0 - heat) * (1.0 - heat));
            let in_middle = left * left * (-2.0 * p * found - left);
            let elsewhere = cold * cold * p * p * (p + 2.0 * left * missed);
            *slope = factor * if *heat == 1.0 { in_middle } else { elsewhere };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::numbers;

    fn loss(output: f64, heat: f64, prior: f64) -> f64 {
        let p = 1.0 / (1.0 + (prior - output).exp());
        match heat == 1.0 {
            true => -(1.0 - p).powi(2) * p.ln(),
            false => -(1.0 - heat).powi(4) * p.powi(2) * (1.0 - p).ln(),
        }
    }

    /// Against the formula in double precision, and its derivative by finite differences of that.
    #[test]
    fn losses_and_slopes_are_those_of_the_formula() {
        let output: Vec<f32> = numbers(1, 200).iter().map(|x| x * 9.0).collect();
        let wanted: Vec<f32> = numbers(2, 200).iter().map(|x| if *x > 0.8 { 1.0 } else { x.abs() }).collect();
        for prior in [0.0, 4.5] {
            let given = Heats { output: &output, wanted: &wanted, prior };
            let exact = |at: usize, by: f64| loss(f64::from(output[at]) + by, f64::from(wanted[at]), f64::from(prior));
            let expected: f64 = (0..200).map(|at| exact(at, 0.0)).sum();
            assert!((f64::from(given.loss()) - expected).abs() < 1e-5 * expected, "{}, not {expected}", given.loss());
            let mut slopes = vec![9.0; 200];
            given.slopes(0.5, &mut slopes);
            for (at, slope) in slopes.iter().enumerate() {
                let expected = 0.5 * (exact(at, 1e-5) - exact(at, -1e-5)) / 2e-5;
                assert!((f64::from(*slope) - expected).abs() < 1e-5, "{at}: {slope}, not {expected}");
            }
            assert_eq!(given.middles(), wanted.iter().filter(|heat| **heat == 1.0).count());
        }
    }

    #[test]
    fn what_is_sure_is_finite() {
        let given = Heats { output: &[300.0, -300.0, 300.0, -300.0], wanted: &[1.0, 1.0, 0.0, 0.0], prior: 0.0 };
        assert_eq!(given.loss(), 600.0);
        let mut slopes = [0.0; 4];
        given.slopes(1.0, &mut slopes);
        assert_eq!(slopes, [0.0, -1.0, 1.0, 0.0]);
    }
}
