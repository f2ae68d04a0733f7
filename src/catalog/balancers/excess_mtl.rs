//! `excess_mtl`: weights from excess risks.

use super::{Balancer, Lambda, Needs, On, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Weighs each task by its excess risk, which is how far it is from the best it can reach, so that a task with noisy
    /// labels, whose loss stays high, does not take all the weight.
    ///
    /// The excess risk is estimated as `E = gᵀ·H⁻¹·g` with `H = diag √(Σ g²)` over all steps so far, relative to its first
    /// value; the weights follow `w ← w·exp(step_size·E)`, normalised to sum to one.
    ///
    /// Paper: He et al. 2024, "Robust Multi-Task Learning with Excess Risks", arXiv:2402.02009; `step_size` as in LibMTL. Cost: T
    /// backward passes of the trunk, and memory for T times its parameters. λ: the initial weights. When: label noise differs between
    /// tasks. Not when: the trunk is large and the tasks many. `on:` parameters only.
    pub struct ExcessMtl = "excess_mtl" {
        /// How fast the weights follow the excess risks.
        step_size: f64 = 0.01, in Range::POSITIVE;
        /// Steps whose mean excess risk is the reference; the weights stay at λ meanwhile. 0 takes the first step alone.
        warmup: usize = 0;
        /// Where gradients are compared: `parameters`.
        on: On = On::Parameters;
    }
}

impl Balancer for ExcessMtl {
    fn lambda(&self) -> Lambda {
        Lambda::Initial
    }

    fn scale(&self) -> Scale {
        Scale::Mean
    }

    fn needs(&self) -> Needs {
        Needs::Jacobian
    }

    fn on(&self) -> Option<On> {
        Some(self.on)
    }

    fn places(&self) -> &'static [On] {
        &[On::Parameters]
    }

    fn why_not_elsewhere(&self) -> &'static str {
        "it sums squared gradients of each coordinate over the steps, and a representation has other rows at every step"
    }
}
