//! `mse`: mean squared error, in the square of the label's unit (scikit-learn's `mean_squared_error`).

use super::{Direction, GainOn, Metric, needs_numbers};
use crate::catalog::answers::{AnswerDef, NUMBERS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Mean squared error, in the square of the label's unit (scikit-learn's `mean_squared_error`).
    pub struct Mse = "mse" {}
}

impl Metric for Mse {
    fn compares(&self) -> &'static [AnswerDef] {
        NUMBERS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_numbers("mse", prediction, label)
    }

    fn direction(&self) -> Direction {
        Direction::LowerIsBetter
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "mse".into()
    }
}
