//! `sgd`: stochastic gradient descent.

use super::Optimizer;
use crate::catalog::Range;

crate::entry! {
    /// Stochastic gradient descent, with momentum if wanted, as PyTorch computes it: `v ← momentum·v + g`, `w ← w − lr·v`.
    pub struct Sgd = "sgd" {
        /// Learning rate.
        pos lr: f64 = 1e-2, in Range::POSITIVE;
        /// How much of the last step stays in the next.
        momentum: f64 = 0.0, in Range::UNIT_BELOW_ONE;
        /// Whether to look ahead by the momentum (Nesterov).
        nesterov: bool = false;
        /// L2 penalty, added to the gradient; biases, norms and state do not decay.
        weight_decay: f64 = 0.0, in Range::NON_NEGATIVE;
    }
}

impl Optimizer for Sgd {
    fn learning_rate(&self) -> f64 {
        self.lr
    }

    fn state_per_weight(&self) -> usize {
        usize::from(self.momentum > 0.0)
    }
}
