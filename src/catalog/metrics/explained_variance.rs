//! `explained_variance`: 1 − Var(label − prediction) / Var(label) (scikit-learn's `explained_variance_score`).

use super::{GainOn, Metric, needs_numbers};
use crate::catalog::answers::{AnswerDef, NUMBERS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::words! {
    /// How the components of a vector become one figure.
    pub enum Over {
        /// The mean over components, each counting the same.
        Uniform = "uniform",
        /// The mean over components, each counting by its variance.
        Weighted = "weighted",
        /// All rows of all components as one column of numbers: for components in one unit, such as one score of many groups.
        Pooled = "pooled",
    }
}

crate::entry! {
    /// 1 − Var(label − prediction) / Var(label) (scikit-learn's `explained_variance_score`).
    ///
    /// Like `r2`, but a constant error costs nothing. A component that does not vary has 1 if the errors do not either, else 0.
    pub struct ExplainedVariance = "explained_variance" {
        /// How the components of a vector become one figure.
        over: Over = Over::Uniform;
    }
}

impl Metric for ExplainedVariance {
    fn compares(&self) -> &'static [AnswerDef] {
        NUMBERS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_numbers("explained_variance", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::RootError
    }

    fn key(&self) -> String {
        match self.over {
            Over::Uniform => "explained_variance".into(),
            over => format!("explained_variance_{}", over.word()),
        }
    }
}
