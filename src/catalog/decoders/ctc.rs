//! `ctc`: the symbols that are spelt along a sequence.

use super::{Decoded, Decoder, Role, tagged};
use crate::catalog::{Range, ShapeError};

crate::entry! {
    /// The symbols that the scores of the loss [`ctc`](losses.md#ctc) spell: those that follow each other are joined, and blanks taken out. Must be followed by
    /// `inverse(target)`, which makes a text of them. A symbol that training never saw is not written.
    ///
    /// With `beam: 1` the likeliest symbol is taken at each place. A wider beam adds up all ways that spell the same beginning, and keeps so many beginnings at
    /// each place (prefix search, Graves et al. 2006; Hannun et al. 2014, [arXiv:1408.2873](https://arxiv.org/abs/1408.2873)): it takes longer, and finds an answer that is
    /// likelier as a whole.
    pub struct Ctc = "ctc" {
        /// How many beginnings are kept.
        beam: usize = 1, in Range::AT_LEAST_ONE;
    }
}

impl Decoder for Ctc {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role != Role::Raw || !input.ty.is_sequence() {
            return Err(ShapeError::new(
                "`ctc` reads a score for each symbol at each place of a sequence, and must come first in `predict`",
            ));
        }
        Ok(tagged(input))
    }
}
