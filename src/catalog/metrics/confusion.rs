//! `confusion`: how many rows of each class (rows of the matrix) are given each class (columns).

use super::{Direction, GainOn, Metric, needs_classes};
use crate::catalog::answers::{AnswerDef, CLASSES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// How many rows of each class (rows of the matrix) are given each class (columns).
    ///
    /// Not a score: shown in reports, and not to select by.
    pub struct Confusion = "confusion" {}
}

impl Metric for Confusion {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASSES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_classes("confusion", prediction, label)
    }

    fn direction(&self) -> Direction {
        Direction::NotAScore
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "confusion".into()
    }
}
