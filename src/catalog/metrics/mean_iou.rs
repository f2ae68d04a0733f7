//! `mean_iou`: the mean over classes of the pixels that have a class and are given it, over those that have it or are given it.

use super::{GainOn, Metric, needs_class_maps};
use crate::catalog::answers::{AnswerDef, CLASS_MAPS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The mean over classes of intersection over union: the pixels that have a class and are given it, over those that have it or are
    /// given it (the Jaccard index). Pixels of all rows are counted together, and classes count that a pixel has or is given.
    pub struct MeanIou = "mean_iou" {}
}

impl Metric for MeanIou {
    fn compares(&self) -> &'static [AnswerDef] {
        CLASS_MAPS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_class_maps("mean_iou", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        "mean_iou".into()
    }
}
