//! `characters`: text as its characters, in a vocabulary of those of the training part.

use super::{Step, tokens};
use crate::catalog::{Range, ShapeError, Type};

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
        /// A name of the vocabulary: all steps that have it, in inputs and targets, learn one vocabulary of all their texts, and a token has one index in all of them.
        shared: Option<String>;
    }
}

impl Step for Characters {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        tokens::learnt("characters", input, owner, self.shared.as_deref())
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

    fn shared(&self) -> Option<(&str, String)> {
        Some((self.shared.as_deref()?, "characters".into()))
    }

    fn fills_missing(&self) -> bool {
        true
    }
}
