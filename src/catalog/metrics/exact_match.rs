//! `exact_match`: the share of rows whose text is the label, character by character.

use super::{GainOn, Metric, needs_texts};
use crate::catalog::answers::{AnswerDef, TEXTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The share of rows whose text is the label, character by character: spaces and capitals count.
    pub struct ExactMatch = "exact_match" {}
}

impl Metric for ExactMatch {
    fn compares(&self) -> &'static [AnswerDef] {
        TEXTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_texts("exact_match", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn counts_decisions(&self) -> bool {
        true
    }

    fn key(&self) -> String {
        "exact_match".into()
    }
}
