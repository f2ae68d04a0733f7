//! `characters`: text as its characters, in a vocabulary of those of the training part.

use super::{Step, needs_text};
use crate::catalog::{Axis, Dim, Kind, Range, ShapeError, Type};

crate::entry! {
    /// Text as its characters, in a vocabulary of those of the training part.
    ///
    /// Index 0 is padding and 1 a character that was not seen. As a target it is invertible: a head that writes spells a text. Shape: `text[rows]` to `tokens[rows, time]`; of
    /// each row as many as it has characters.
    pub struct Characters = "characters" {
        /// Longer texts are cut.
        max: usize = 256, in Range::AT_LEAST_ONE;
        /// Whether a mark of its own follows the last character, the last index of the vocabulary: a head that writes stops there.
        end: bool = false;
    }
}

impl Step for Characters {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        needs_text("characters", input)?;
        let vocabulary = Dim::symbol(format!("vocabulary({owner})"));
        let length = Axis::new(Axis::TIME, Dim::extent(format!("length({owner})")));
        Ok(Type::new(Kind::Tokens { vocabulary }, vec![input.rows().clone(), length]))
    }

    fn fitted(&self) -> bool {
        true
    }

    fn invertible(&self) -> bool {
        true
    }

    fn marks_end(&self) -> bool {
        self.end
    }

    fn fills_missing(&self) -> bool {
        true
    }
}
