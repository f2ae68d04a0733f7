//! `none`: the weights themselves.

use super::Averaging;

crate::entry! {
    /// The weights as the optimizer leaves them.
    pub struct NoAveraging = "none" {}
}

impl Averaging for NoAveraging {
    fn rate(&self, _step: u64, _total_steps: u64, _steps_per_epoch: u64) -> Option<f64> {
        None
    }

    fn averages(&self) -> bool {
        false
    }
}
