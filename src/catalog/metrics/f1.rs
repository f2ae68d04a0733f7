//! `f1`: the harmonic mean of precision and recall (scikit-learn's `f1_score`; 0 where both are).

use super::{Average, GainOn, Metric, needs_classes};
use crate::catalog::answers::{AnswerDef, CLASSES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The harmonic mean of precision and recall (scikit-learn's `f1_score`; 0 where both are).
    pub struct F1 = "f1" {
        /// How the classes' figures become one: of the positive class, or a mean over all classes. Unless written, `binary`
        /// for yes-or-no tasks and `macro` for others.
        average: Option<Average>;
    }
}

impl Metric for F1 {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASSES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_classes("f1", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn counts_decisions(&self) -> bool {
        true
    }

    fn key(&self) -> String {
        super::averaged("f1", self.average)
    }
}
