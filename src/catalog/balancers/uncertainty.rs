//! `uncertainty`: weights from each task's learned noise.

use super::{Balancer, Lambda, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Learns a noise level per task and weighs its loss by the inverse of the variance: a task that stays hard to predict
    /// counts less.
    ///
    /// `L = Σ T·λ·(½·exp(−s)·L_task + ½·s)`, where `s = log σ²` is learned together with the model, by Adam. The
    /// weight that a gradient gets is `½·exp(−s)`; at the optimum it is `1 / (2·L_task)`.
    ///
    /// Paper: Kendall, Gal and Cipolla 2018, "Multi-Task Learning Using Uncertainty to Weigh Losses", arXiv:1705.07115.
    /// Cost: one backward pass. λ: a preference; it multiplies the task's whole term, so that it is not learned away. When:
    /// losses of very different size and noise. Not when: a task can reach a loss of almost zero; its weight then grows
    /// without bound and it overfits.
    pub struct Uncertainty = "uncertainty" {
        /// The weight that every task starts from; 1 is the same update as `static`.
        initial: f64 = 1.0, in Range::POSITIVE;
        /// Learning rate of the noise levels; the optimizer's own if not given.
        lr: Option<f64>, in Range::POSITIVE;
    }
}

impl Balancer for Uncertainty {
    fn lambda(&self) -> Lambda {
        Lambda::Preference
    }

    fn scale(&self) -> Scale {
        Scale::Sum
    }
}
