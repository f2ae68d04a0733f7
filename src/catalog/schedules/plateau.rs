//! `plateau`: a cut whenever the score stops growing.

use super::Schedule;
use crate::catalog::{Factor, Range};

crate::entry! {
    /// The learning rate times a factor whenever the multi-task score on the validation part has not grown for a while.
    pub struct Plateau = "plateau" {
        /// What each cut multiplies by.
        factor: Factor = Factor(0.5), in Range::UNIT_OPEN;
        /// How many epochs without growth to wait.
        patience: usize = 5, in Range::AT_LEAST_ONE;
        /// Growth below this does not count.
        min_delta: f64 = 0.0, in Range::NON_NEGATIVE;
        /// The smallest factor, after all cuts.
        floor: Factor = Factor(0.001), in Range::UNIT;
    }
}

impl Schedule for Plateau {
    fn factor(&self, _step: u64, _steps: u64, _steps_per_epoch: u64) -> f64 {
        1.0
    }

    fn watches_score(&self) -> bool {
        true
    }

    fn factor_by_scores(&self, scores: &[f64]) -> f64 {
        let (mut best, mut waited, mut factor) = (f64::NEG_INFINITY, 0, 1.0);
        for score in scores {
            if *score > best + self.min_delta {
                (best, waited) = (*score, 0);
                continue;
            }
            waited += 1;
            if waited >= self.patience {
                (waited, factor) = (0, factor * self.factor.0);
            }
        }
        f64::max(factor, self.floor.0)
    }
}
