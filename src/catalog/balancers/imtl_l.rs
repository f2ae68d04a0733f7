//! `imtl_l`: impartial learning, the loss half.

use super::{Balancer, Lambda, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Impartial multi-task learning, loss half: learns a scale per task so that all scaled losses become the same.
    ///
    /// `L = Σ T·λ·(exp(s)·L_task − s)` with `s` learned together with the model, by Adam, from 0; at the optimum
    /// `exp(s)·L_task = 1`.
    ///
    /// Paper: Liu et al. 2021, "Towards Impartial Multi-task Learning", ICLR 2021 (on no arXiv; `imtl_g` is the gradient
    /// half). Cost: one backward pass. λ: a preference; it multiplies the task's whole term. When: losses of different size
    /// whose ratio should not matter. Not when: a loss can reach almost zero; its weight then grows like its inverse.
    pub struct ImtlL = "imtl_l" {
        /// Learning rate of the scales; the optimizer's own if not given.
        lr: Option<f64>, in Range::POSITIVE;
    }
}

impl Balancer for ImtlL {
    fn lambda(&self) -> Lambda {
        Lambda::Preference
    }

    fn scale(&self) -> Scale {
        Scale::Sum
    }
}
