//! `mgda_ub`: multiple-gradient descent at the representation.

use super::mgda::Normalize;
use super::{Balancer, Lambda, Needs, On, Scale};

crate::entry! {
    /// Multiple-gradient descent on an upper bound: the shortest vector in the convex hull of the tasks' gradients with
    /// respect to the shared representation, so that the trunk is passed back through once, however many tasks.
    ///
    /// `w = argmin ‖Σ w·∂L_task/∂z‖` over `w ≥ 0, Σ w = 1`, solved exactly. If the trunk's Jacobian has full rank, a zero
    /// here means a Pareto-stationary point, as for `mgda`.
    ///
    /// Paper: Sener and Koltun 2018, "Multi-Task Learning as Multi-Objective Optimization", arXiv:1810.04650, section 3.3.
    /// Cost: one backward pass of each head and one of the trunk. λ: refused, as for `mgda`. `on:` representation only. When: instead of
    /// `mgda`, unless the trunk is small. Not when: tasks read different representations.
    pub struct MgdaUb = "mgda_ub" {
        /// What gradients are divided by before they are compared.
        normalize: Normalize = Normalize::None;
        /// Where gradients are compared: `representation`.
        on: On = On::Representation;
    }
}

impl Balancer for MgdaUb {
    fn lambda(&self) -> Lambda {
        Lambda::Refused
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
        &[On::Representation]
    }

    fn why_not_elsewhere(&self) -> &'static str {
        "its bound is about the representation; at the parameters it is `mgda`"
    }
}
