//! `graddrop`: gradient sign dropout.

use super::{ANYWHERE, Balancer, Lambda, Needs, On, Scale};
use crate::catalog::Range;

crate::entry! {
    /// Gradient sign dropout: each coordinate picks one sign at random, in proportion to how much of the gradient has it, and drops
    /// what the tasks bring of the other.
    ///
    /// With purity `P = ½·(1 + Σ g / Σ |g|)` and `u` uniform in 0 to 1, positive parts pass where `P > u` and negative ones where `P < u`. At
    /// the representation, purity is summed over the rows of the batch after multiplying by the sign of the activation, as in
    /// the paper. The draws are a function of seed and step.
    ///
    /// Paper: Chen et al. 2020, "Just Pick a Sign", arXiv:2010.06808. Cost: one backward pass of each head and one of the trunk; at the
    /// parameters T of the trunk. λ: scales the gradients. `on:` representation (default, as in the paper) or parameters. When: many noisy
    /// tasks, as a regulariser. Not when: runs must be smooth, or tasks are two and rarely conflict.
    pub struct Graddrop = "graddrop" {
        /// The part of every gradient that passes whatever its sign.
        leak: f64 = 0.0, in Range::UNIT;
        /// Where gradients are compared.
        on: On = On::Representation;
    }
}

impl Balancer for Graddrop {
    fn lambda(&self) -> Lambda {
        Lambda::Scales
    }

    fn scale(&self) -> Scale {
        Scale::Sum
    }

    fn needs(&self) -> Needs {
        Needs::Jacobian
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
