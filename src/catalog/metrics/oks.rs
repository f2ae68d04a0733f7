//! `oks`: how near points are to where they should be.

use super::{GainOn, Metric, needs_keypoints};
use crate::catalog::answers::{AnswerDef, KEYPOINTS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The object keypoint similarity of COCO: the mean over the points that the label of a row knows of `e^(−d²/(2·s²·k²))`, with d how far off a point is, s² the area of the thing, as the label says it, or else that of the box
    /// around the points that it knows, and k twice the deviation of the point; then the mean over rows that know a point. As pycocotools computes it.
    pub struct Oks = "oks" {
        /// The deviation of each point, as a share of the root of the area: one for all, or one for each. Without it those that COCO has for its 17 points, and else 0.05.
        deviations: Vec<f64> = Vec::new();
    }
}

impl Metric for Oks {
    fn compares(&self) -> &'static [AnswerDef] {
        KEYPOINTS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        if self.deviations.iter().any(|deviation| deviation.is_nan() || *deviation <= 0.0) {
            return Err(ShapeError::new("the deviation of a point is above 0"));
        }
        let points = match &label.kind {
            crate::catalog::Kind::Keypoints { classes } => classes.value(),
            _ => None,
        };
        let (given, all) = (self.deviations.len(), points.unwrap_or(self.deviations.len() as i64));
        if given > 1 && given as i64 != all {
            return Err(ShapeError::new(format!("there are {all} points, and {given} deviations")));
        }
        needs_keypoints("oks", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "oks".into()
    }
}
