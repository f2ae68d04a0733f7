//! `static`: the weights as written.

use super::{Balancer, Lambda, Scale};

crate::entry! {
    /// The weights as written, the same for the whole run: `L = Σ λ·L_task` with `Σ λ = 1`.
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
