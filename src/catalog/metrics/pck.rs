//! `pck`: how many points are where they should be.

use super::{GainOn, Metric, needs_keypoints};
use crate::catalog::answers::{AnswerDef, KEYPOINTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{Range, ShapeError, Share, Type};

crate::entry! {
    /// The percentage of correct keypoints (Yang and Ramanan 2013), as a share: of the points that labels know, those that are given no further off than a share of the larger side of the box around the points that the label of
    /// the row knows. Points of all rows count the same.
    pub struct Pck = "pck" {
        /// How far off, of that side.
        within: Share = Share(0.1), in Range::UNIT;
    }
}

impl Metric for Pck {
    fn compares(&self) -> &'static [AnswerDef] {
        KEYPOINTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_keypoints("pck", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        match self.within.0 {
            0.1 => "pck".into(),
            within => format!("pck_{:.0}", 100.0 * within),
        }
    }
}
