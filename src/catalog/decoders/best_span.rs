//! `best_span`: the likeliest part of a text.

use super::{Decoded, Decoder, Finds, Role};
use crate::catalog::{Kind, Range, ShapeError, Type};

crate::entry! {
    /// The part of a text with the highest sum of the score of its first token as a beginning and that of its last one as an end, among all parts of at
    /// most `max` tokens; of equals the first. It reads the two scores per place with which the loss [`span`](losses.md#span) learns.
    ///
    /// `predict` writes that part as it stands in the file: if the input's steps change letters without adding any (`lowercase`), with the letters that it had
    /// before; else as the steps have made it.
    pub struct BestSpan = "best_span" {
        /// No answer has more tokens.
        max: usize = 30, in Range::AT_LEAST_ONE;
    }
}

impl Decoder for BestSpan {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        let two = input.ty.is_sequence() && input.ty.last().size.value() == Some(2);
        if input.role != Role::Raw || !two {
            return Err(ShapeError::new(
                "`best_span` reads two scores at each place of a text, and must come first in `predict`",
            )
            .help("end the head in `dense(2)`"));
        }
        Ok(Decoded { role: Role::Answer, ty: Type::new(Kind::Text, vec![input.ty.rows().clone()]) })
    }

    fn finds(&self) -> Option<Finds> {
        Some(Finds::Span { max: self.max })
    }
}
