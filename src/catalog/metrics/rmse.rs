//! `rmse`: root of the mean squared error, in the label's unit (scikit-learn's `root_mean_squared_error`).

use super::{Direction, GainOn, Metric, needs_numbers};
use crate::catalog::answers::{AnswerDef, NUMBERS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Root of the mean squared error, in the label's unit (scikit-learn's `root_mean_squared_error`).
    ///
    /// For a vector, the mean over its components of the root.
    pub struct Rmse = "rmse" {}
}

impl Metric for Rmse {
    fn compares(&self) -> &'static [AnswerDef] {
        NUMBERS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_numbers("rmse", prediction, label)
    }

    fn direction(&self) -> Direction {
        Direction::LowerIsBetter
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "rmse".into()
    }
}
