//! `r2`: coefficient of determination: 1 − Σ(label − prediction)² / Σ(label − mean)² (scikit-learn's `r2_score`).

use super::{Metric, needs_numbers};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Coefficient of determination: 1 − Σ(label − prediction)² / Σ(label − mean)² (scikit-learn's `r2_score`).
    ///
    /// For a vector, the mean over its components.
    pub struct R2 = "r2" {}
}

impl Metric for R2 {
    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_numbers("r2", prediction, label)
    }

    fn key(&self) -> String {
        "r2".into()
    }
}
