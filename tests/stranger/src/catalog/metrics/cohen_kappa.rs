//! `cohen_kappa`: how much more labels and predictions agree than by chance.

use super::{GainOn, Metric, needs_classes};
use crate::catalog::answers::{AnswerDef, CLASSES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// How much more often labels and predictions agree than they would by chance (Cohen 1960; scikit-learn's `cohen_kappa_score`).
    ///
    /// A gain (Δm) is taken on 1 − κ, which is 0 at best.
    pub struct CohenKappa = "cohen_kappa" {}
}

impl Metric for CohenKappa {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASSES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_classes("cohen_kappa", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Error
    }

    fn counts_decisions(&self) -> bool {
        true
    }

    fn key(&self) -> String {
        "cohen_kappa".into()
    }
}
