//! `hamming_loss`: the share of answers of yes and no that are wrong (scikit-learn's `hamming_loss`).

use super::{Direction, GainOn, Metric, needs_classes};
use crate::catalog::answers::{AnswerDef, CLASSES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The share of wrong answers, over rows and labels (scikit-learn's `hamming_loss`).
    ///
    /// For a set of labels, a row with one of five labels wrong counts a fifth; for one class per row it is 1 − `accuracy`.
    pub struct HammingLoss = "hamming_loss" {}
}

impl Metric for HammingLoss {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASSES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_classes("hamming_loss", prediction, label)
    }

    fn direction(&self) -> Direction {
        Direction::LowerIsBetter
    }

    fn counts_decisions(&self) -> bool {
        true
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "hamming_loss".into()
    }
}
