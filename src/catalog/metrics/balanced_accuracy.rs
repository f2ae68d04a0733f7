//! `balanced_accuracy`: the mean over classes of the share of their rows that is found (scikit-learn's `balanced_accuracy_score`).

use super::{GainOn, Metric, needs_classes};
use crate::catalog::answers::{AnswerDef, CLASSES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The mean over classes of the share of their rows that is found (scikit-learn's `balanced_accuracy_score`).
    pub struct BalancedAccuracy = "balanced_accuracy" {}
}

impl Metric for BalancedAccuracy {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASSES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_classes("balanced_accuracy", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn counts_decisions(&self) -> bool {
        true
    }

    fn key(&self) -> String {
        "balanced_accuracy".into()
    }
}
