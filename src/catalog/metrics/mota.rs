//! `mota`: how much of what moves is found, and called the same from frame to frame.

use super::{GainOn, Metric, needs_tracks};
use crate::catalog::answers::{AnswerDef, TRACKS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{Range, ShapeError, Share, Type};

crate::entry! {
    /// The multiple object tracking accuracy (Bernardin and Stiefelhagen 2008): 1 less the boxes that are missed, those that are wrong, and those in which a thing is followed under
    /// another number than before, as a share of the boxes of the label, over all rows together. In each frame the given boxes go with those of the label that they overlap by enough, what went together in the frame before
    /// again, and else so that the overlaps add up to most. As TrackEval computes it. It is below 0 where more is wrong than there is.
    pub struct Mota = "mota" {
        /// How much a box must overlap that of the label to be right.
        overlap: Share = Share(0.5), in Range::UNIT;
        /// Whether it must be of its class as well.
        by_class: bool = false;
    }
}

impl Metric for Mota {
    fn compares(&self) -> &'static [AnswerDef] {
        TRACKS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_tracks("mota", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Error
    }

    fn key(&self) -> String {
        super::of_tracks("mota", Some(self.overlap), self.by_class)
    }
}
