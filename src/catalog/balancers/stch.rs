//! `stch`: smooth Tchebycheff scalarization.

use super::{Balancer, Lambda, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Smooth Tchebycheff scalarization: a smooth version of "lower the worst task", which unlike a weighted sum can
    /// reach every point of a Pareto front that is not convex.
    ///
    /// `L = μ·log Σ exp(T·λ·L_task / μ)`, so `w = T·λ·softmax(T·λ·L / μ)`. A small `mu` follows the worst task alone,
    /// a large one the mean. With `warmup`, losses are divided by their mean over the last of these epochs, so that
    /// tasks compare in relative terms; until then the weights are λ.
    ///
    /// - Paper: Lin et al. 2024, "Smooth Tchebycheff Scalarization for Multi-Objective Optimization",
    ///   arXiv:2402.19078; `mu` as in LibMTL.
    /// - Cost: one backward pass.
    /// - λ: a preference; a larger λ asks for a lower loss of that task.
    /// - When: no task may be left behind, or a certain trade-off is wanted.
    /// - Not when: losses of different units meet without `warmup`.
    pub struct Stch = "stch" {
        /// How smooth the maximum is, in the unit of the losses.
        mu: f64 = 1.0, in Range::POSITIVE;
        /// Epochs of plain training at first, the last of which gives each task's scale; 0 for none.
        warmup: usize = 0;
    }
}

impl Balancer for Stch {
    fn lambda(&self) -> Lambda {
        Lambda::Preference
    }

    fn scale(&self) -> Scale {
        Scale::Mean
    }

    fn needs_steady_losses(&self) -> bool {
        true
    }
}
