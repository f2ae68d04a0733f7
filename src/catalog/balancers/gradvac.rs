//! `gradvac`: gradient vaccine.

use super::{ANYWHERE, Balancer, Lambda, Needs, On, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Gradient vaccine: turns each task's gradient until its angle to every other is at least as good as it has been on average, so
    /// that tasks which usually agree are kept in agreement; then they are added up.
    ///
    /// If `cos(g, g_other)` is below its running mean ρ, `g ← g + a·g_other` with the `a` that makes it ρ; then
    /// `ρ ← (1 − beta)·ρ + beta·cos`. The orders of the others are a function of seed and step.
    ///
    /// Paper: Wang et al. 2021, "Gradient Vaccine", arXiv:2010.05874; `beta` as in LibMTL and TorchJD. Cost: the Gramian of the trunk's gradients and
    /// one backward pass of the trunk. λ: scales the gradients. `on:` parameters (default, as in the paper) or representation. When: related tasks
    /// (languages, domains) whose gradients mostly agree. Not when: gradients are nearly parallel and noisy, where turning costs
    /// large factors.
    pub struct Gradvac = "gradvac" {
        /// Share of the present step in the running mean of the cosines.
        beta: f64 = 0.5, in Range::UNIT;
        /// Where gradients are compared.
        on: On = On::Parameters;
    }
}

impl Balancer for Gradvac {
    fn lambda(&self) -> Lambda {
        Lambda::Scales
    }

    fn scale(&self) -> Scale {
        Scale::Sum
    }

    fn needs(&self) -> Needs {
        Needs::Gramian
    }

    fn on(&self) -> Option<On> {
        Some(self.on)
    }

    fn places(&self) -> &'static [On] {
        ANYWHERE
    }

    fn deterministic(&self) -> bool {
        false
    }
}
