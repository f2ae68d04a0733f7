//! `warmup`: a straight line from zero up to the learning rate, over a share of the run.

use super::Schedule;
use crate::catalog::{Range, Share};

crate::entry! {
    /// A straight line from zero up to the learning rate, over a share of the run.
    pub struct Warmup = "warmup" {
        /// The share of the run's steps.
        pos share: Share = Share(0.05), in Range::UNIT;
    }
}

impl Schedule for Warmup {
    fn length(&self, total_steps: u64) -> Option<u64> {
        Some((self.share.0 * total_steps as f64).round() as u64)
    }

    fn factor(&self, step: u64, steps: u64, _steps_per_epoch: u64) -> f64 {
        (step + 1) as f64 / steps.max(1) as f64
    }
}
