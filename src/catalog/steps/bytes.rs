//! `bytes`: text as the bytes of its UTF-8.

use super::{Step, tokens};
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Text as the bytes of its UTF-8: every text of every language in a vocabulary of 258, and none is unknown.
    ///
    /// Index 0 is padding, 1 is never used, and byte b is index b + 2. As a target it is invertible: a head that writes spells a text. Shape:
    /// `text[rows]` to `tokens[rows, time]`; of each row as many as it has bytes.
    pub struct Bytes = "bytes" {
        /// Longer texts are cut after so many bytes.
        max: usize = 1024, in Range::AT_LEAST_ONE;
        /// Whether a mark of its own follows the last byte, the last index of the vocabulary: a head that writes stops there.
        end: bool = false;
    }
}

impl Bytes {
    /// How many indices there are.
    pub fn vocabulary(&self) -> usize {
        tokens::RESERVED + 256 + usize::from(self.end)
    }
}

impl Step for Bytes {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        tokens::of("bytes", input, owner, Dim::int(self.vocabulary() as i64))
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
