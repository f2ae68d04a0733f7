//! `panoptic_quality`: how well things are found and drawn, in one number.

use super::{GainOn, Metric, needs_instances};
use crate::catalog::answers::{AnswerDef, INSTANCES};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The panoptic quality of things (Kirillov et al. 2019, arXiv:1801.00868): a given thing is right if it shares more than half of the pixels that it or one of the label of its class
    /// has; the sum of these shares over the things that are right, divided by their number, half of those that were missed and half of those that are wrong; the mean
    /// over classes that occur, in labels or answers. How sure the model is does not count, so that what it is hardly sure of should not be given.
    pub struct PanopticQuality = "panoptic_quality" {
        /// Things that are less sure are left out before.
        least: crate::catalog::Share = crate::catalog::Share(0.3), in crate::catalog::Range::UNIT;
    }
}

impl Metric for PanopticQuality {
    fn compares(&self) -> &'static [AnswerDef] {
        INSTANCES
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_instances("panoptic_quality", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "panoptic_quality".into()
    }
}
