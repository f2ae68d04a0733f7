//! `config`: the conflict-free inverse gradient.

use super::{ANYWHERE, Balancer, Lambda, Needs, On, Scale};

crate::entry! {
    /// ConFIG, the conflict-free inverse gradients method: the direction whose cosine with every task's gradient is the same (or in the ratio of λ), as
    /// long as the sum of the gradients' projections on it.
    ///
    /// `u = U⁺·λ / ‖U⁺·λ‖` with the gradients' unit vectors as rows of U, and `d = (Σ ⟨g_task, u⟩)·u`. A task whose gradient is zero
    /// takes no part.
    ///
    /// Paper: Liu, Chu and Thuerey 2024, "ConFIG: Towards Conflict-free Training of Physics Informed Neural Networks", arXiv:2408.11104. Cost: the Gramian
    /// of the trunk's gradients and one backward pass of the trunk. λ: a preference, the ratio of the cosines. `on:` parameters
    /// (default, as in the paper) or representation. When: losses of very different size that must all fall, such as an equation and its
    /// boundary conditions. Not when: gradients are nearly opposed, where the step becomes very short.
    pub struct Config = "config" {
        /// Where gradients are compared.
        on: On = On::Parameters;
    }
}

impl Balancer for Config {
    fn lambda(&self) -> Lambda {
        Lambda::Preference
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
}
