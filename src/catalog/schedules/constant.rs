//! `constant`: the learning rate as it is.

use super::Schedule;

crate::entry! {
    /// The learning rate as it is.
    pub struct Constant = "constant" {}
}

impl Schedule for Constant {
    fn factor(&self, _step: u64, _steps: u64, _steps_per_epoch: u64) -> f64 {
        1.0
    }
}
