//! `tag_accuracy`: the share of words that have the right tag.

use super::{GainOn, Metric, needs_texts};
use crate::catalog::answers::{AnswerDef, TEXTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The share of words that have the right tag, over all rows: tags stand with spaces between them, and are compared place by place. A word without an answer
    /// has a wrong one.
    pub struct TagAccuracy = "tag_accuracy" {}
}

impl Metric for TagAccuracy {
    fn compares(&self) -> &'static [AnswerDef] {
        TEXTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_texts("tag_accuracy", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "tag_accuracy".into()
    }
}
