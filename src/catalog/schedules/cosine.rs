//! `cosine`: half a cosine from the learning rate down to a floor (Loshchilov and Hutter 2017, arXiv:1608.

use super::Schedule;
use crate::catalog::{Factor, Range};

crate::entry! {
    /// Half a cosine from the learning rate down to a floor (Loshchilov and Hutter 2017, arXiv:1608.03983, without restarts).
    pub struct Cosine = "cosine" {
        /// Where it ends, as a factor of the learning rate.
        floor: Factor = Factor(0.0), in Range::UNIT;
    }
}

impl Schedule for Cosine {
    fn factor(&self, step: u64, steps: u64, _steps_per_epoch: u64) -> f64 {
        let progress = step as f64 / steps.max(1) as f64;
        self.floor.0 + (1.0 - self.floor.0) * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos())
    }
}
