//! `mean_average_precision`: how well boxes are found, as COCO measures it.

use super::{GainOn, Metric, needs_found};
use crate::catalog::answers::{AnswerDef, FOUND};
use crate::catalog::decoders::Decoded;
use crate::catalog::{Range, ShapeError, Share, Type};

crate::entry! {
    /// The area under the curve of precision over recall, mean over classes that occur, and over how much a box, or the pixels of a thing, must overlap that of the label to be right: 50%, 55%, …, 95% (Lin et al.
    /// 2014, arXiv:1405.0312). As pycocotools computes it: by the surest 100 boxes of each class and picture, at 101 points of recall. With `overlap: 50%` it
    /// is mAP50, as PASCAL VOC asks for since 2010.
    pub struct MeanAveragePrecision = "mean_average_precision" {
        /// One overlap (area that is shared, of that which either has) in place of the mean over ten.
        overlap: Option<Share>, in Range::UNIT;
    }
}

impl Metric for MeanAveragePrecision {
    fn compares(&self) -> &'static [AnswerDef] {
        FOUND
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_found("mean_average_precision", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        match self.overlap {
            Some(Share(overlap)) => format!("mean_average_precision_{:.0}", 100.0 * overlap),
            None => "mean_average_precision".into(),
        }
    }
}
