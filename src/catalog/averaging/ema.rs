//! `ema`: an exponential moving average.

use super::Averaging;
use crate::catalog::Range;

crate::entry! {
    /// An exponential moving average of the weights, updated at each step (Polyak and Juditsky 1992).
    ///
    /// It starts at the weights of the first step. With a decay of 0.999 about the last thousand steps count.
    pub struct Ema = "ema" {
        /// How much of the average stays at each step.
        decay: f64 = 0.999, in Range::UNIT_BELOW_ONE;
    }
}

impl Averaging for Ema {
    fn rate(&self, step: u64, _total_steps: u64, _steps_per_epoch: u64) -> Option<f64> {
        Some(if step == 0 { 1.0 } else { 1.0 - self.decay })
    }
}
