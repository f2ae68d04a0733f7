//! `viterbi`: the best sequence of tags.

use super::{Decoded, Decoder, Role, tagged};
use crate::catalog::ShapeError;

crate::entry! {
    /// Of each row the sequence of tags with the highest sum of scores, by the scores of the layer [`crf`](layers.md#crf) (Viterbi 1967). Padding and unseen tags
    /// are never answered. Must be followed by `inverse(target)`, which names the tags.
    pub struct Viterbi = "viterbi" {}
}

impl Decoder for Viterbi {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role != Role::Raw || !input.ty.is_sequence() {
            return Err(ShapeError::new(
                "`viterbi` reads the scores of the layer `crf`, and must come first in `predict`",
            ));
        }
        Ok(tagged(input))
    }
}
