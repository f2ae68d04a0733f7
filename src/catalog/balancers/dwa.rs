//! `dwa`: dynamic weight average.

use super::{Balancer, Lambda, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Dynamic weight average: tasks whose loss falls slowly get more weight in the next epoch.
    ///
    /// `w = T·softmax(r / temperature)` with `r = L(epoch − 1) / L(epoch − 2)`, the mean losses of the last two epochs;
    /// equal weights in the first two.
    ///
    /// Paper: Liu, Johns and Davison 2019, "End-to-End Multi-Task Learning with Attention", arXiv:1803.10704.
    /// Cost: one backward pass. λ: scales the losses. When: a cheap correction for tasks that learn at different speed. Not
    /// when: losses are noisy from epoch to epoch (small data); the weights then follow the noise.
    pub struct Dwa = "dwa" {
        /// How even the weights are: a large value makes them equal.
        temperature: f64 = 2.0, in Range::POSITIVE;
    }
}

impl Balancer for Dwa {
    fn lambda(&self) -> Lambda {
        Lambda::Scales
    }

    fn scale(&self) -> Scale {
        Scale::Sum
    }
}
