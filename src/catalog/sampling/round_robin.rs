//! `round_robin`: in turn.

use super::{Sampling, by_power};

crate::entry! {
    /// In turn, in the order of the spec: as `uniform`, without the chance.
    pub struct RoundRobin = "round_robin" {}
}

impl Sampling for RoundRobin {
    fn shares(&self, sizes: &[usize], _epoch: usize, _epochs: usize) -> Vec<f64> {
        by_power(sizes, 0.0)
    }

    fn in_turn(&self) -> bool {
        true
    }
}
