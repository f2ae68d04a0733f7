//! `set`: a set of classes.

use super::Answer;
use crate::catalog::{Kind, Type};

crate::entry! {
    /// A set of classes: the label is `labels`, or several yes-or-no columns.
    ///
    /// `predict` writes the classes, with `|` between them, and the probability of each.
    pub struct Set = "set" {}
}

impl Answer for Set {
    fn holds(&self, label: &Type) -> bool {
        label.kind == Kind::Labels
    }

    fn metrics(&self) -> &'static str {
        "for classes, use `accuracy`, `f1` or `auroc`"
    }
}
