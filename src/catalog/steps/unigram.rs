//! `unigram`: text as its most likely pieces.

use super::{Step, tokens};
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Text as its most likely pieces under a unigram language model (Kudo 2018, [arXiv:1804.10959](https://arxiv.org/abs/1804.10959)), as
    /// SentencePiece takes them: starts from all substrings that are frequent in the training part, and drops those that the likelihood of its texts misses least. A space
    /// is a part of the piece behind it, written `▁`.
    ///
    /// Index 0 is padding, 1 a piece that is not in the vocabulary, and 2 stands between several texts that are read as one. What was learnt is kept with the run as
    /// `tokenizer.NAME.json`, which other programs read too. As a target it is invertible: a head that writes spells a text. Shape:
    /// `text[rows]` to `tokens[rows, time]`; of each row as many as it has pieces.
    pub struct Unigram = "unigram" {
        /// How many pieces the vocabulary has at most, reserved ones among them.
        pos size: usize = 8000, in Range { min: 8.0, ..Range::ANY };
        /// Longer texts are cut after so many pieces.
        max: usize = 256, in Range::AT_LEAST_ONE;
        /// Whether a mark of its own follows the last piece: a head that writes stops there.
        end: bool = false;
        /// A name of the vocabulary: all steps that have it, in inputs and targets, learn one vocabulary of all their texts, and a token has one index in all of them.
        shared: Option<String>;
    }
}

impl Step for Unigram {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        tokens::learnt("unigram", input, owner, self.shared.as_deref())
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
        Some((self.shared.as_deref()?, format!("unigram({})", self.size)))
    }

    fn fills_missing(&self) -> bool {
        true
    }
}
