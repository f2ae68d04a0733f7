//! `r2`: coefficient of determination: 1 − Σ(label − prediction)² / Σ(label − mean)² (scikit-learn's `r2_score`).

use super::{GainOn, Metric, needs_numbers};
use crate::catalog::answers::{AnswerDef, NUMBERS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Coefficient of determination: 1 − Σ(label − prediction)² / Σ(label − mean)² (scikit-learn's `r2_score`).
    ///
    /// For a vector, the mean over its components. A gain (Δm) is taken on √(1 − r2), the RMSE in standard deviations of the
    /// label: `r2` itself has no zero to measure a gain from.
    pub struct R2 = "r2" {}
}

impl Metric for R2 {
    fn compares(&self) -> &'static [AnswerDef] {
        NUMBERS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_numbers("r2", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::RootError
    }

    fn key(&self) -> String {
        "r2".into()
    }
}
