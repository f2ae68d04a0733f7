//! `mae`: mean absolute error, in the label's unit (scikit-learn's `mean_absolute_error`).

use super::{Direction, GainOn, Metric, needs_numbers};
use crate::catalog::answers::{AnswerDef, NUMBERS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Mean absolute error, in the label's unit (scikit-learn's `mean_absolute_error`); of an array, of the numbers that a row has.
    pub struct Mae = "mae" {}
}

impl Metric for Mae {
    fn compares(&self) -> &'static [AnswerDef] {
        NUMBERS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_numbers("mae", prediction, label)
    }

    fn direction(&self) -> Direction {
        Direction::LowerIsBetter
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "mae".into()
    }
}
