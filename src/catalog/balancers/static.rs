//! `static`: the weights as written.

use super::{Balancer, Lambda, Scale};

crate::entry! {
    /// The weights as written, the same for the whole run: `L = Σ λ·L_task` with `Σ λ = 1`.
    ///
    /// Without a block, or with no `weights` at all, every task weighs 1/T: the mean of the losses.
    ///
    /// Cost: one backward pass. λ: scales the losses. When: first. It is the baseline that every other balancer must
    /// beat, and with tuned λ it often stays ahead (Xin et al. 2022, arXiv:2209.11379; Kurin et al. 2022, arXiv:2201.04122).
    pub struct Static = "static" {}
}

impl Balancer for Static {
    fn lambda(&self) -> Lambda {
        Lambda::Scales
    }

    fn scale(&self) -> Scale {
        Scale::Mean
    }
}
