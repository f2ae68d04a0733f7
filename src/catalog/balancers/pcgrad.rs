//! `pcgrad`: projecting conflicting gradients.

use super::{ANYWHERE, Balancer, Lambda, Needs, On, Scale};

crate::entry! {
    /// Gradient surgery: wherever two tasks' gradients point against each other, each loses its part along the other; then they are
    /// added up.
    ///
    /// For each task, the others in random order: `g ← g − (⟨g, g_other⟩ / ‖g_other‖²)·g_other` if `⟨g, g_other⟩ < 0`. The orders are a function of
    /// seed and step.
    ///
    /// Paper: Yu et al. 2020, "Gradient Surgery for Multi-Task Learning", arXiv:2001.06782. Cost: the Gramian of the trunk's
    /// gradients and one backward pass of the trunk. λ: scales the gradients. `on:` parameters (default, what the paper proves something
    /// about) or representation (cheaper; agreement is then only of the gradients there). When: a first thing to try against
    /// conflicts. Not when: gradients never conflict; it is then exactly the weighted sum.
    pub struct Pcgrad = "pcgrad" {
        /// Where gradients are compared.
        on: On = On::Parameters;
    }
}

impl Balancer for Pcgrad {
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
