//! `nash_mtl`: the Nash bargaining solution.

use super::{ANYWHERE, Balancer, Lambda, Needs, On, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Tasks bargain over the direction: the Nash solution maximises the product of their gains, which is the same whatever the
    /// scale of any loss.
    ///
    /// `G·w = T·λ / w` with `w > 0`, where G is the Gramian of the tasks' gradients; solved by Newton's method on the convex
    /// problem whose optimum it is. The update is then cut to length `max_norm`, as in the authors' code. A task whose gradient
    /// is zero takes no part.
    ///
    /// Paper: Navon et al. 2022, "Multi-Task Learning as a Bargaining Game", arXiv:2202.01017. Cost: the Gramian of the trunk's gradients (at every
    /// step, or every `update_every`) and one backward pass of the trunk. λ: a preference, the bargaining power. `on:` parameters (default) or representation. When: losses of
    /// different size, no task may dominate. Not when: near the end of a run with SGD and a constant learning rate, as the length of
    /// the step does not shrink with the gradients.
    pub struct NashMtl = "nash_mtl" {
        /// The length of the update at most; 0 for no limit.
        max_norm: f64 = 1.0, in Range::NON_NEGATIVE;
        /// Steps between two solutions; the weights stay meanwhile.
        update_every: usize = 1, in Range::AT_LEAST_ONE;
        /// Where gradients are compared.
        on: On = On::Parameters;
    }
}

impl Balancer for NashMtl {
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
