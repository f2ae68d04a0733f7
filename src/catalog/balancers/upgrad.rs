//! `upgrad`: every task's gradient projected onto the dual cone.

use super::{ANYWHERE, Balancer, Lambda, Needs, On, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Unconflicting projection: each task's gradient is replaced by the nearest vector that conflicts with no task, and
    /// those are averaged. The update conflicts with none, and grows in proportion to each gradient.
    ///
    /// `d = Σ λ·π(g_task)`, where π projects onto the cone of all vectors whose inner product with every gradient is at least
    /// zero: one small quadratic program per task, solved exactly.
    ///
    /// Paper: Quinton and Rey 2024, "Jacobian Descent for Multi-Objective Optimization", arXiv:2406.16232. Cost: the Gramian of the trunk's gradients,
    /// T programs of T numbers, and one backward pass of the trunk. λ: a preference, the weights of the average. `on:` parameters (default) or representation. When: the best founded of the methods that remove
    /// conflict, a good default among them. Not when: hundreds of tasks.
    pub struct Upgrad = "upgrad" {
        /// Ridge on the Gramian, relative to its trace, as in TorchJD: it limits the weights where gradients are dependent.
        reg_eps: f64 = 1e-4, in Range::POSITIVE;
        /// Where gradients are compared.
        on: On = On::Parameters;
    }
}

impl Balancer for Upgrad {
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
