//! `beam`: writes an answer token by token, keeping several that may become the best.

use super::{Decoded, Decoder, Writes, written};
use crate::catalog::{Range, ShapeError};

crate::entry! {
    /// Writes an answer token by token as `greedy` does, but keeps the `width` likeliest beginnings and goes on with each: the answer is the
    /// one whose tokens are likeliest together. With a width of 1 it is `greedy`.
    ///
    /// Answers that have ended compete by the log probability of their tokens, end mark included, divided by ((5 + n) / 6)^α where n is their number and α the
    /// `length_penalty`, so that long ones are not at a disadvantage (Wu et al. 2016, [arXiv:1609.08144](https://arxiv.org/abs/1609.08144)).
    pub struct Beam = "beam" {
        /// How many beginnings are kept.
        width: usize = 4, in Range::AT_LEAST_ONE;
        /// No answer is longer.
        max: usize = 64, in Range::AT_LEAST_ONE;
        /// How much long answers are helped: 0 not at all, 1 nearly as a mean over tokens does.
        length_penalty: f64 = 0.6, in Range::NON_NEGATIVE;
    }
}

impl Decoder for Beam {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        written("beam", input)
    }

    fn writes(&self) -> Option<Writes> {
        Some(Writes { width: self.width, length_penalty: self.length_penalty, ..Writes::greedily(self.max) })
    }
}
