//! `sample`: writes an answer token by token, each drawn by its probability.

use super::{Decoded, Decoder, Sampling, Writes, written};
use crate::catalog::{Range, ShapeError};

crate::entry! {
    /// Writes an answer token by token as `greedy` does, but draws each token by its probability, so that answers differ as much as the texts that were learnt from.
    ///
    /// Logits are divided by `temperature`: below 1 what is likely becomes likelier. `top_k` leaves the k likeliest tokens (Fan et al. 2018,
    /// [arXiv:1805.04833](https://arxiv.org/abs/1805.04833)), `top_p` of these the likeliest that have the share p of the probability together (Holtzman et al. 2020,
    /// [arXiv:1904.09751](https://arxiv.org/abs/1904.09751)). Draws are a function of the seed, the row's number and the place in the answer: the same table is answered in the
    /// same way again.
    pub struct Sample = "sample" {
        /// No answer is longer; what it begins with does not count.
        max: usize = 64, in Range::AT_LEAST_ONE;
        /// By what logits are divided.
        temperature: f64 = 1.0, in Range::POSITIVE;
        /// From how many of the likeliest tokens is drawn; 0 for all.
        top_k: usize = 0;
        /// From which share of the probability is drawn.
        top_p: f64 = 1.0, in Range { above_min: true, ..Range::UNIT };
        /// What all draws follow from.
        seed: usize = 0;
        /// The name of an input of tokens that the answer begins with, which must be those of the target (`shared:`): what is written goes on from there.
        after: Option<String>;
    }
}

impl Decoder for Sample {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        written("sample", input)
    }

    fn goes_on_from(&self) -> Option<&str> {
        self.after.as_deref()
    }

    fn writes(&self) -> Option<Writes> {
        let Self { temperature, top_k, top_p, .. } = *self;
        let drawn = Some(Sampling { temperature, top_k, top_p, seed: self.seed as u64 });
        Some(Writes { drawn, ..Writes::greedily(self.max) })
    }
}
