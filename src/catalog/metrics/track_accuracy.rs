//! `track_accuracy`: of how many things that move the class is known.

use super::{GainOn, Metric, needs_tracks};
use crate::catalog::answers::{AnswerDef, TRACKS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{Range, ShapeError, Share, Type};

crate::entry! {
    /// Of the tracks of labels, how many go with a given track of their class. Tracks go together as for [`idf1`](metrics.md#idf1); one that goes with none is wrong. The class of a track is that of most of
    /// its boxes.
    pub struct TrackAccuracy = "track_accuracy" {
        /// How much a box must overlap that of the label to be right.
        overlap: Share = Share(0.5), in Range::UNIT;
    }
}

impl Metric for TrackAccuracy {
    fn compares(&self) -> &'static [AnswerDef] {
        TRACKS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_tracks("track_accuracy", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        super::of_tracks("track_accuracy", Some(self.overlap), false)
    }
}
