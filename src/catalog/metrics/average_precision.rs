//! `average_precision`: the area under the curve of precision over recall (scikit-learn's `average_precision_score`).

use super::{GainOn, Metric, needs_probabilities};
use crate::catalog::answers::{AnswerDef, CLASSES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The area under the curve of precision over recall (scikit-learn's `average_precision_score`).
    ///
    /// The mean over the positive rows of the precision among the rows that score at least as high. Answers at random reach the
    /// share of positive rows, so that it tells more than `auroc` where a class is rare. For several classes or labels,
    /// the mean over those that some row has of one against the rest.
    pub struct AveragePrecision = "average_precision" {}
}

impl Metric for AveragePrecision {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASSES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_probabilities("average_precision", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Error
    }

    fn key(&self) -> String {
        "average_precision".into()
    }
}
