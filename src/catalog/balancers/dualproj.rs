//! `dualproj`: the mean gradient projected onto the dual cone.

use super::{ANYWHERE, Balancer, Lambda, Needs, On, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Projects the mean gradient onto the cone of vectors that conflict with no task: the smallest change after which no loss
    /// grows.
    ///
    /// `d = argmin ‖d − Σ λ·g_task‖` over `⟨d, g_task⟩ ≥ 0` for every task: one small quadratic program, solved exactly.
    ///
    /// Paper: Lopez-Paz and Ranzato 2017, "Gradient Episodic Memory for Continual Learning", arXiv:1706.08840, equation 11. Cost: the Gramian of the trunk's
    /// gradients and one backward pass of the trunk. λ: a preference, the mean that is projected. `on:` parameters (default) or representation. When: conflicts are
    /// rare and should cost little. Not when: one long gradient conflicts with all others; it still dominates (`upgrad` does not
    /// let it).
    pub struct Dualproj = "dualproj" {
        /// Ridge on the Gramian, relative to its trace, as in TorchJD: it limits the weights where gradients are dependent.
        reg_eps: f64 = 1e-4, in Range::POSITIVE;
        /// Where gradients are compared.
        on: On = On::Parameters;
    }
}

impl Balancer for Dualproj {
    fn lambda(&self) -> Lambda {
        Lambda::Preference
    }

    fn scale(&self) -> Scale {
        Scale::Mean
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
}
