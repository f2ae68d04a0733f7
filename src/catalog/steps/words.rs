//! `words`: text as its words, in a vocabulary of those of the training part.

use super::{Step, tokens};
use crate::catalog::{Range, ShapeError, Type};

crate::words! {
    /// Where words end.
    pub enum Split {
        Unicode = "unicode",
        Spaces = "spaces",
    }
}

crate::entry! {
    /// Text as its words, in a vocabulary of those of the training part.
    ///
    /// Words end where Unicode says so ([UAX #29](https://unicode.org/reports/tr29/)): `don't` is one word, `(good!)` is four, and an emoji
    /// with its modifiers is one. White space is no word. Upper and lower case are different words: put `lowercase` before.
    ///
    /// Index 0 is padding and 1 a word that is not in the vocabulary; then come the others, the most frequent first. Shape: `text[rows]` to
    /// `tokens[rows, time]`; of each row as many as it has words.
    pub struct Words = "words" {
        /// Longer texts are cut after so many words.
        max: usize = 256, in Range::AT_LEAST_ONE;
        /// How many words the vocabulary has at most, the two reserved indices left out.
        size: usize = 30_000, in Range::AT_LEAST_ONE;
        /// How often a word must stand in the training part.
        min_count: usize = 2, in Range::AT_LEAST_ONE;
        /// `spaces` splits at white space alone, for texts that have been split into words before.
        split: Split = Split::Unicode;
        /// A name of the vocabulary: all steps that have it, in inputs and targets, learn one vocabulary of all their texts, and a token has one index in all of them.
        shared: Option<String>;
    }
}

impl Step for Words {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        tokens::learnt("words", input, owner, self.shared.as_deref())
    }

    fn fitted(&self) -> bool {
        true
    }

    fn shared(&self) -> Option<(&str, String)> {
        Some((
            self.shared.as_deref()?,
            format!("words of size {}, min_count {} and split {}", self.size, self.min_count, self.split.word()),
        ))
    }

    fn fills_missing(&self) -> bool {
        true
    }
}
