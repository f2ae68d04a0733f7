//! `pixel_accuracy`: the share of pixels that are given their class.

use super::{GainOn, Metric, needs_class_maps};
use crate::catalog::answers::{AnswerDef, CLASS_MAPS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The share of the pixels of all rows that are given their class.
    pub struct PixelAccuracy = "pixel_accuracy" {}
}

impl Metric for PixelAccuracy {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASS_MAPS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_class_maps("pixel_accuracy", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "pixel_accuracy".into()
    }
}
