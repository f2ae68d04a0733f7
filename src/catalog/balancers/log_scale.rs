//! `log_scale`: the sum of the logarithms of the losses.

use super::{Balancer, Lambda, Scale};

crate::entry! {
    /// Minimises the sum of the logarithms of the losses: every task's loss is normalised by its own present size.
    ///
    /// `L = Σ T·λ·log L_task`; the weight of a task is `T·λ / L_task`. Losses below 1e-8 (negative ones included)
    /// count as 1e-8.
    ///
    /// - Paper: the loss half of Lin et al. 2023, "Dual-Balancing for Multi-Task Learning", arXiv:2308.12029
    ///   (`db_mtl` is both halves).
    /// - Cost: one backward pass.
    /// - λ: a preference, the factors of the logarithms.
    /// - When: losses of very different size or unit.
    /// - Not when: a loss can reach almost zero, where its weight explodes; the length of the step no longer shrinks
    ///   with the losses, so let the learning rate fall (`schedule: cosine`).
    pub struct LogScale = "log_scale" {}
}

impl Balancer for LogScale {
    fn lambda(&self) -> Lambda {
        Lambda::Preference
    }

    fn scale(&self) -> Scale {
        Scale::Sum
    }

    fn needs_steady_losses(&self) -> bool {
        true
    }
}
