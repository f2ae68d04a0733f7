//! `text`: text.

use super::Answer;
use crate::catalog::{Kind, Type};

crate::entry! {
    /// Text of any length.
    ///
    /// `predict` writes the text.
    pub struct Text = "text" {}
}

impl Answer for Text {
    fn holds(&self, label: &Type) -> bool {
        label.kind == Kind::Text
    }

    fn metrics(&self) -> &'static str {
        "for text, use `exact_match` or `character_error_rate`"
    }
}
