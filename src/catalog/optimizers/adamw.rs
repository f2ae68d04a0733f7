//! `adamw`: Adam with decoupled weight decay.

use super::Optimizer;
use crate::catalog::Range;

crate::entry! {
    /// Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101).
    ///
    /// Defaults are PyTorch's. Biases, norms and state do not decay.
    pub struct AdamW = "adamw" {
        /// Learning rate.
        pos lr: f64 = 1e-3, in Range::POSITIVE;
        /// Share of each weight taken off per step, times the learning rate.
        weight_decay: f64 = 1e-2, in Range::NON_NEGATIVE;
        /// Decay of the mean of gradients.
        beta1: f64 = 0.9, in Range::UNIT_BELOW_ONE;
        /// Decay of the mean of squared gradients.
        beta2: f64 = 0.999, in Range::UNIT_BELOW_ONE;
        /// Added to the denominator.
        epsilon: f64 = 1e-8, in Range::POSITIVE;
    }
}

impl Optimizer for AdamW {
    fn learning_rate(&self) -> f64 {
        self.lr
    }

    fn state_per_weight(&self) -> usize {
        2
    }
}
