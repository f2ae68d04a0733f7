//! `step`: the learning rate times a factor after every so many epochs.

use super::Schedule;
use crate::catalog::{Factor, Range};

crate::entry! {
    /// The learning rate times a factor after every so many epochs.
    pub struct Step = "step" {
        /// How many epochs between two cuts.
        pos every: usize, in Range::AT_LEAST_ONE;
        /// What each cut multiplies by.
        factor: Factor = Factor(0.1), in Range::POSITIVE;
    }
}

impl Schedule for Step {
    fn factor(&self, step: u64, _steps: u64, steps_per_epoch: u64) -> f64 {
        let epoch = step / steps_per_epoch.max(1);
        self.factor.0.powi((epoch / self.every as u64).min(i32::MAX as u64) as i32)
    }
}
