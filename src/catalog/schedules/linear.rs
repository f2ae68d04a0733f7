//! `linear`: a straight line from the learning rate down to a floor.

use super::Schedule;
use crate::catalog::{Factor, Range};

crate::entry! {
    /// A straight line from the learning rate down to a floor.
    pub struct Linear = "linear" {
        /// Where it ends, as a factor of the learning rate.
        floor: Factor = Factor(0.0), in Range::UNIT;
    }
}

impl Schedule for Linear {
    fn factor(&self, step: u64, steps: u64, _steps_per_epoch: u64) -> f64 {
        let progress = step as f64 / steps.max(1) as f64;
        1.0 + (self.floor.0 - 1.0) * progress
    }
}
