//! `geometric`: the geometric mean of the losses.

use super::{Balancer, Lambda, Scale};

crate::entry! {
    /// Geometric loss strategy (GLS): minimises the geometric mean of the losses, so that a relative gain counts the
    /// same in every task, whatever its unit.
    ///
    /// `L = Π L_task^λ`; the weight of a task is `λ·L / L_task`. Losses below 1e-8 (negative ones included) count as
    /// 1e-8.
    ///
    /// - Paper: Chennupati et al. 2019, "MultiNet++", arXiv:1904.08492.
    /// - Cost: one backward pass.
    /// - λ: a preference, the exponents.
    /// - When: losses of very different size, none near zero.
    /// - Not when: a loss can be zero or negative; all others then stop learning, since the product is near zero
    ///   whatever they do.
    pub struct Geometric = "geometric" {}
}

impl Balancer for Geometric {
    fn lambda(&self) -> Lambda {
        Lambda::Preference
    }

    fn scale(&self) -> Scale {
        Scale::Mean
    }

    fn needs_steady_losses(&self) -> bool {
        true
    }
}
