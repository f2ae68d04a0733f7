//! `fairgrad`: α-fair gains.

use super::{ANYWHERE, Balancer, Lambda, Needs, On, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Alpha-fair resource allocation between the tasks: `alpha` goes from efficiency (near 0, the sum of the gains) over proportional
    /// fairness (1, as `nash_mtl`) to helping the worst-off (large).
    ///
    /// `G·w = (T·λ / w)^(1/α)` with `w > 0`, where G is the Gramian of the tasks' gradients; solved by Newton's method on
    /// the convex problem whose optimum it is. A task whose gradient is zero takes no part.
    ///
    /// Paper: Ban and Ji 2024, "Fair Resource Allocation in Multi-Task Learning", arXiv:2402.15638. Cost: the Gramian of the trunk's gradients and one backward
    /// pass of the trunk. λ: a preference, the factor of a task's utility. `on:` parameters (default, as in the paper) or representation. When: like `nash_mtl`,
    /// with a say in how fair. Not when: with SGD and a constant learning rate, as the length of the step does not follow
    /// that of the gradients.
    pub struct Fairgrad = "fairgrad" {
        /// How fair: 1 is proportional fairness.
        alpha: f64 = 1.0, in Range { min: 0.05, max: 20.0, ..Range::ANY };
        /// Where gradients are compared.
        on: On = On::Parameters;
    }
}

impl Balancer for Fairgrad {
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
