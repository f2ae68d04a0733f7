//! `imtl_g`: impartial learning, the gradient half.

use super::{ANYWHERE, Balancer, Lambda, Needs, On, Scale};

crate::entry! {
    /// Impartial multi-task learning, gradient half: weights such that the update has the same projection on every task's
    /// gradient direction.
    ///
    /// `⟨d, g_task / ‖g_task‖⟩` is the same for all tasks, with `d = Σ w·g_task` and `Σ w = 1`: `w ∝ G⁺·‖g‖` in closed form, where G is
    /// the Gramian. Weights can be negative.
    ///
    /// Paper: Liu et al. 2021, "Towards Impartial Multi-task Learning", ICLR 2021 (on no arXiv; `imtl_l` is the loss half); for dependent gradients the
    /// pseudo-inverse, as in Quinton and Rey 2024, arXiv:2406.16232. Cost: one backward pass of each head and one of the trunk. λ: refused, since the method does
    /// not depend on the scale of a task. `on:` representation (default, as in the paper) or parameters. When: tasks of different
    /// gradient size. Not when: gradients are nearly opposed, where the weights get large.
    pub struct ImtlG = "imtl_g" {
        /// Where gradients are compared.
        on: On = On::Representation;
    }
}

impl Balancer for ImtlG {
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
        ANYWHERE
    }
}
