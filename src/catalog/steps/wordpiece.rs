//! `wordpiece`: text as pieces of words, as BERT takes them.

use super::{Step, tokens};
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Text as pieces of words, as BERT takes them (Devlin et al. 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805)): words end at white
    /// space and around punctuation, and of each the longest piece that is known is taken again and again; pieces inside a word begin with `##`. A word with a character that the
    /// training part does not have is unknown as a whole.
    ///
    /// Index 0 is padding, 1 a piece that is not in the vocabulary, and 2 stands between several texts that are read as one. What was learnt is kept with the run as
    /// `tokenizer.NAME.json`, which other programs read too. As a target it is invertible: a head that writes spells a text. Shape:
    /// `text[rows]` to `tokens[rows, time]`; of each row as many as it has pieces.
    pub struct Wordpiece = "wordpiece" {
        /// How many pieces the vocabulary has at most, reserved ones among them.
        pos size: usize = 8000, in Range { min: 8.0, ..Range::ANY };
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

impl Step for Wordpiece {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        tokens::learnt("wordpiece", input, owner, self.shared.as_deref())
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
        Some((self.shared.as_deref()?, format!("wordpiece({}, min_count: {})", self.size, self.min_count)))
    }

    fn fills_missing(&self) -> bool {
        true
    }
}
