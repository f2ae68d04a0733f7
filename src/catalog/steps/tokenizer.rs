//! `tokenizer`: text as the tokens of a tokenizer that was trained elsewhere.

use super::{Step, tokens};
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Text as the tokens of a tokenizer that was trained elsewhere: a `tokenizer.json`, as the Python library `tokenizers` writes it and models on
    /// the Hugging Face hub have it, with all that it does to a text before.
    ///
    /// Index 0 is padding and 1 an unknown token, which are the file's own if it has them; token i of the file is index i + 2. The file is read when the run begins,
    /// and kept with it as `tokenizer.NAME.json`. As a target it is invertible. Shape: `text[rows]` to `tokens[rows, time]`; of each row as many as it
    /// has tokens.
    pub struct Tokenizer = "tokenizer" {
        /// The file, relative to that of the spec.
        pos file: String;
        /// Longer texts are cut after so many tokens, special ones among them.
        max: usize = 256, in Range::AT_LEAST_ONE;
        /// Whether the file's special tokens are put around a text, such as `[CLS]` and `[SEP]`; and between two that are read as one.
        special: bool = true;
    }
}

impl Step for Tokenizer {
    fn infer(&self, input: &Type, owner: &str) -> Result<Type, ShapeError> {
        tokens::learnt("tokenizer", input, owner, None)
    }

    fn fitted(&self) -> bool {
        true
    }

    fn invertible(&self) -> bool {
        true
    }

    fn fills_missing(&self) -> bool {
        true
    }
}
