//! `accuracy`: the share of labelled rows whose predicted class is the label (scikit-learn's `accuracy_score`).

use super::{GainOn, Metric, needs_classes};
use crate::catalog::answers::{AnswerDef, CLASSES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The share of labelled rows whose predicted class is the label (scikit-learn's `accuracy_score`).
    ///
    /// For probabilities, the class is the likeliest one (`softmax`) or the one at or above a half (`sigmoid`).
    pub struct Accuracy = "accuracy" {}
}

impl Metric for Accuracy {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASSES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_classes("accuracy", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn counts_decisions(&self) -> bool {
        true
    }

    fn key(&self) -> String {
        "accuracy".into()
    }
}
