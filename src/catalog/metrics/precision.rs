//! `precision`: of the rows given a class, the share that has it (scikit-learn's `precision_score`; 0 where no row is given it).

use super::{Average, GainOn, Metric, needs_classes};
use crate::catalog::answers::{AnswerDef, CLASSES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Of the rows given a class, the share that has it (scikit-learn's `precision_score`; 0 where no row is given it).
    pub struct Precision = "precision" {
        /// How the classes' figures become one: of the positive class, or a mean over all classes. Unless written, `binary`
        /// for yes-or-no tasks and `macro` for others.
        average: Option<Average>;
    }
}

impl Metric for Precision {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASSES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_classes("precision", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn counts_decisions(&self) -> bool {
        true
    }

    fn key(&self) -> String {
        super::averaged("precision", self.average)
    }
}
