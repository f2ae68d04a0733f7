//! `mcc`: matthews' correlation coefficient, for any number of classes (scikit-learn's `matthews_corrcoef`; Gorodkin 2004).

use super::{GainOn, Metric, needs_classes};
use crate::catalog::answers::{AnswerDef, CLASSES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Matthews' correlation coefficient, for any number of classes (scikit-learn's `matthews_corrcoef`; Gorodkin 2004).
    ///
    /// A gain (Δm) is taken on 1 − mcc, which is 0 at best.
    pub struct Mcc = "mcc" {}
}

impl Metric for Mcc {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASSES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_classes("mcc", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Error
    }

    fn counts_decisions(&self) -> bool {
        true
    }

    fn key(&self) -> String {
        "mcc".into()
    }
}
