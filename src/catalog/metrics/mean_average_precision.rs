//! `mean_average_precision`: how well boxes are found, as COCO measures it.

use super::{Direction, GainOn, Metric, needs_found};
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
        /// The area of each class in place of their mean, in the order of the classes; of one that no row has there is none. Not a score: shown, and not to select by.
        per_class: bool = false;
    }
}

impl Metric for MeanAveragePrecision {
    fn compares(&self) -> &'static [AnswerDef] {
        FOUND
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_found("mean_average_precision", prediction, label)
    }

    fn direction(&self) -> Direction {
        if self.per_class { Direction::NotAScore } else { Direction::HigherIsBetter }
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        let overlap = self.overlap.map_or(String::new(), |Share(overlap)| format!("_{:.0}", 100.0 * overlap));
        format!("mean_average_precision{overlap}{}", if self.per_class { "_per_class" } else { "" })
    }
}
