//! `rlw`: random loss weights.

use super::{Balancer, Lambda, Scale};

crate::words! {
    /// What the weights are drawn from.
    pub enum Distribution {
        /// The softmax of standard normal numbers.
        Normal = "normal",
        /// The softmax of numbers uniform in 0 to 1.
        Uniform = "uniform",
        /// Uniform on the simplex (a flat Dirichlet distribution).
        Dirichlet = "dirichlet",
        /// Each task in or out with even odds, at least one in; those in weigh the same.
        Bernoulli = "bernoulli",
        /// One task per step.
        One = "one",
    }
}

crate::entry! {
    /// Random loss weights: new ones at every step, which sum to one.
    ///
    /// `w = softmax(z)` with `z` standard normal by default. The draws are a function of seed and step.
    ///
    /// Paper: Lin, Ye, Zhang and Tsang 2022, "Reasonable Effectiveness of Random Weighting", arXiv:2111.10603.
    /// Cost: one backward pass. λ: scales the losses; in expectation the weights are λ. When: a baseline that
    /// every adaptive method should beat, and a mild regulariser. Not when: steps are few.
    pub struct Rlw = "rlw" {
        /// What the weights are drawn from.
        pos distribution: Distribution = Distribution::Normal;
    }
}

impl Balancer for Rlw {
    fn lambda(&self) -> Lambda {
        Lambda::Scales
    }

    fn scale(&self) -> Scale {
        Scale::Mean
    }

    fn deterministic(&self) -> bool {
        false
    }
}
