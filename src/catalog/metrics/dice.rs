//! `dice`: the mean over classes of twice the pixels that have a class and are given it, over those that have it and those that are given it.

use super::{GainOn, Metric, needs_class_maps};
use crate::catalog::answers::{AnswerDef, CLASS_MAPS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The mean over classes of the Sørensen-Dice coefficient, which is the F1 of pixels: twice the pixels that have a class and are given it, over those that have it
    /// and those that are given it, both counted. Pixels of all rows are counted together, and classes count that a pixel has or is given.
    pub struct Dice = "dice" {}
}

impl Metric for Dice {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASS_MAPS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_class_maps("dice", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "dice".into()
    }
}
