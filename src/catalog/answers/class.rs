//! `class`: one of several classes, or yes or no.

use super::Answer;
use crate::catalog::Type;

crate::entry! {
    /// One of several classes, or yes or no: the label is a `category`.
    ///
    /// `predict` writes the class, and the probability of each class, or of yes.
    pub struct Class = "class" {}
}

impl Answer for Class {
    fn holds(&self, label: &Type) -> bool {
        label.classes_of_rows().is_some()
    }

    fn metrics(&self) -> &'static str {
        "for classes, use `accuracy`, `f1` or `auroc`"
    }
}
