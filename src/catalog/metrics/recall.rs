//! `recall`: of the rows of a class, the share that is given it (scikit-learn's `recall_score`; 0 where there is none).

use super::{Average, GainOn, Metric, needs_classes};
use crate::catalog::answers::{AnswerDef, CLASSES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Of the rows of a class, the share that is given it (scikit-learn's `recall_score`; 0 where there is none).
    pub struct Recall = "recall" {
        /// How the classes' figures become one: of the positive class, or a mean over all classes. Unless written, `binary`
        /// for yes-or-no tasks and `macro` for others.
        average: Option<Average>;
    }
}

impl Metric for Recall {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASSES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_classes("recall", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn counts_decisions(&self) -> bool {
        true
    }

    fn key(&self) -> String {
        super::averaged("recall", self.average)
    }
}
