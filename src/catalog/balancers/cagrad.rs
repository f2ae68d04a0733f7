//! `cagrad`: conflict-averse gradient descent.

use super::{ANYWHERE, Balancer, Lambda, Needs, On, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Conflict-averse gradient descent: within a ball around the mean gradient, the direction that helps the worst-off task
    /// most. It still converges to a minimum of the mean loss.
    ///
    /// `d = argmax min_task ⟨g_task, d⟩` over `‖d − g₀‖ ≤ c·‖g₀‖`, where `g₀ = Σ λ·g_task`; solved through its dual on
    /// the simplex. Where some mixture of the gradients is almost zero (a Pareto-stationary point), so is the update.
    ///
    /// Paper: Liu et al. 2021, "Conflict-Averse Gradient Descent for Multi-task Learning", arXiv:2110.14048; not rescaled. Cost: the Gramian of the trunk's
    /// gradients and one backward pass of the trunk. λ: a preference, the centre of the ball. `on:` parameters (default, as in the
    /// paper) or representation. When: the mean is what counts and no task should be sacrificed for it. Not when: `c` near 1 meets noisy gradients: the
    /// step is up to `1 + c` times the mean gradient.
    pub struct Cagrad = "cagrad" {
        /// Radius of the ball relative to the mean gradient: 0 is `static`, towards infinity `mgda`.
        c: f64 = 0.5, in Range::NON_NEGATIVE;
        /// Length of a mixture, relative to the norm of all gradients, that counts as zero.
        norm_eps: f64 = 1e-4, in Range::POSITIVE;
        /// Where gradients are compared.
        on: On = On::Parameters;
    }
}

impl Balancer for Cagrad {
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
