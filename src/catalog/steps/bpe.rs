//! `bpe`: text as pieces of words, joined from bytes by what stands together most often.

use super::{Step, tokens};
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Text as pieces of words, by byte pair encoding (Sennrich et al. 2016, [arXiv:1508.07909](https://arxiv.org/abs/1508.07909)) over bytes, as
    /// GPT-2 does it: starts from the 256 bytes and joins, again and again, the two pieces that stand together most often in the training part. No text is unknown.
    ///
    /// Index 0 is padding, 1 a piece that is not in the vocabulary, and 2 stands between several texts that are read as one. What was learnt is kept with the run as
    /// `tokenizer.NAME.json`, which other programs read too. As a target it is invertible: a head that writes spells a text. Shape:
    /// `text[rows]` to `tokens[rows, time]`; of each row as many as it has pieces.
    pub struct Bpe = "bpe" {
        /// How many pieces the vocabulary has at most, reserved ones among them.
        pos size: usize = 8000, in Range { min: 260.0, ..Range::ANY };
        /// Longer texts are cut after so many pieces.
        max: usize = 256, in Range::AT_LEAST_ONE;
        /// How often two pieces must stand together to be joined.
        min_count: usize = 2, in Range::AT_LEAST_ONE;
        /// Whether a mark of its own follows the last piece: a head that writes stops there.
        end: bool = false;
        /// A name of the vocabulary: all steps that have it, in inputs and targets, learn one vocabulary of all their texts, and a token has one index in all of them.
        shared: Option<String>;
    }
}

impl Step for Bpe {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        tokens::learnt("bpe", input, owner, self.shared.as_deref())
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
        Some((self.shared.as_deref()?, format!("bpe({}, min_count: {})", self.size, self.min_count)))
    }

    fn fills_missing(&self) -> bool {
        true
    }
}
