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
        /// No answer is longer; what it begins with does not count.
        max: usize = 64, in Range::AT_LEAST_ONE;
        /// How much long answers are helped: 0 not at all, 1 nearly as a mean over tokens does.
        length_penalty: f64 = 0.6, in Range::NON_NEGATIVE;
        /// The name of an input of tokens that the answer begins with, which must be those of the target (`shared:`): what is written goes on from there.
        after: Option<String>;
    }
}

impl Decoder for Beam {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        written("beam", input)
    }

    fn goes_on_from(&self) -> Option<&str> {
        self.after.as_deref()
    }

    fn writes(&self) -> Option<Writes> {
        Some(Writes { width: self.width, length_penalty: self.length_penalty, ..Writes::greedily(self.max) })
    }
}
