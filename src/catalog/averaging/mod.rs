//! Averaging: which weights a run keeps, those of a moment or a mean over time.

crate::catalog! {
    /// A rule of averaging with its arguments.
    pub enum AveragingDef: Averaging {
        ema::Ema,
        none::NoAveraging,
        swa::Swa,
    }
}

pub trait Averaging {
    /// How much of the average is replaced by the weights after a step: `average += rate · (weights − average)`. `step` counts
    /// from 0; `None` if the step does not enter. A rate of 1 starts the average anew.
    fn rate(&self, step: u64, total_steps: u64, steps_per_epoch: u64) -> Option<f64>;

    /// False for the rule that keeps no average.
    fn averages(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Share;

    fn average(rule: &dyn Averaging, weights: &[f64], steps_per_epoch: u64) -> f64 {
        let total = weights.len() as u64;
        weights.iter().enumerate().fold(f64::NAN, |average, (step, weight)| {
            match rule.rate(step as u64, total, steps_per_epoch) {
                Some(1.0) => *weight,
                Some(rate) => average + rate * (weight - average),
                None => average,
            }
        })
    }

    #[test]
    fn ema_forgets_by_its_decay() {
        let weights = [1.0, 2.0, 3.0];
        let expected = (1.0 * 0.9 + 2.0 * 0.1) * 0.9 + 3.0 * 0.1;
        assert!((average(&ema::Ema { decay: 0.9 }, &weights, 1) - expected).abs() < 1e-12);
    }

    #[test]
    fn swa_is_the_mean_over_the_ends_of_the_last_epochs() {
        // Ten epochs of two steps; from 75% on, the epochs 8, 9 and 10 count (7.5 is within epoch 8).
        let weights: Vec<f64> = (0..20).map(f64::from).collect();
        let expected = (15.0 + 17.0 + 19.0) / 3.0;
        assert!((average(&swa::Swa { from: Share(0.75) }, &weights, 2) - expected).abs() < 1e-12);
        // A share of 100% still averages the last epoch.
        assert_eq!(average(&swa::Swa { from: Share(1.0) }, &weights, 2), 19.0);
    }

    #[test]
    fn none_keeps_nothing() {
        assert!(average(&none::NoAveraging {}, &[1.0, 2.0], 1).is_nan());
        assert!(!none::NoAveraging {}.averages());
    }
}
