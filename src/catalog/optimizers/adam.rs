//! `adam`: adaptive moments.

use super::Optimizer;
use crate::catalog::Range;

crate::entry! {
    /// Adam (Kingma and Ba 2015, arXiv:1412.6980). Defaults are PyTorch's.
    pub struct Adam = "adam" {
        /// Learning rate.
        pos lr: f64 = 1e-3, in Range::POSITIVE;
        /// L2 penalty, added to the gradient; biases, norms and state do not decay.
        weight_decay: f64 = 0.0, in Range::NON_NEGATIVE;
        /// Decay of the mean of gradients.
        beta1: f64 = 0.9, in Range::UNIT_BELOW_ONE;
        /// Decay of the mean of squared gradients.
        beta2: f64 = 0.999, in Range::UNIT_BELOW_ONE;
        /// Added to the denominator.
        epsilon: f64 = 1e-8, in Range::POSITIVE;
    }
}

impl Optimizer for Adam {
    fn learning_rate(&self) -> f64 {
        self.lr
    }

    fn state_per_weight(&self) -> usize {
        2
    }
}
