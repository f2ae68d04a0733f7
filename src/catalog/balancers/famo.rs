//! `famo`: fast adaptive multi-task optimization.

use super::{Balancer, Lambda, Needs, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Fast adaptive multi-task optimization: lowers the losses of all tasks at the same relative rate, without
    /// gradients per task; it sees what each step did to the losses and moves weight to the tasks that gained least.
    ///
    /// `w = c·z / L_task` with `z = softmax(ξ)` and `c = 1 / Σ(z / L_task)`, so that the weights sum to one; after
    /// the step ξ moves by Adam along `(∂z/∂ξ)ᵀ·(log L_before − log L_after)`.
    ///
    /// - Paper: Liu, Feng, Stone and Liu 2023, "FAMO: Fast Adaptive Multitask Optimization", arXiv:2306.03792;
    ///   `gamma` as in the authors' code.
    /// - Cost: one backward pass and a second forward pass of the same batch.
    /// - λ: where `z` starts.
    /// - When: many tasks, where gradients per task cost too much.
    /// - Not when: the forward pass is random (strong dropout, augmentation), which drowns the change of the losses.
    pub struct Famo = "famo" {
        /// Learning rate of the weights.
        lr: f64 = 0.025, in Range::POSITIVE;
        /// Decay of the weights towards equal ones.
        gamma: f64 = 0.001, in Range::NON_NEGATIVE;
    }
}

impl Balancer for Famo {
    fn lambda(&self) -> Lambda {
        Lambda::Initial
    }

    fn scale(&self) -> Scale {
        Scale::Mean
    }

    fn needs_steady_losses(&self) -> bool {
        true
    }

    fn needs(&self) -> Needs {
        Needs::LossesAfterStep
    }
}
