//! `auroc`: area under the receiver operating characteristic (scikit-learn's `roc_auc_score`).

use super::{GainOn, Metric, needs_probabilities};
use crate::catalog::answers::{AnswerDef, CLASSES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Area under the receiver operating characteristic (scikit-learn's `roc_auc_score`).
    ///
    /// The chance that a random positive row scores above a random negative one, ties counting half. For several classes, the
    /// mean over classes of one against the rest. A gain (Δm) is taken on 1 − auroc, which is 0 at best.
    pub struct Auroc = "auroc" {}
}

impl Metric for Auroc {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASSES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_probabilities("auroc", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Error
    }

    fn key(&self) -> String {
        "auroc".into()
    }
}
