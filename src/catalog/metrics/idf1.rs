//! `idf1`: how much of what moves is found under one name.

use super::{GainOn, Metric, needs_tracks};
use crate::catalog::answers::{AnswerDef, TRACKS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{Range, ShapeError, Share, Type};

crate::entry! {
    /// The F1 of identities (Ristani et al. 2016, arXiv:1609.01775): each track of a row's label goes with one given track at most, and each given one with one of the label, so that they overlap by enough in as many frames
    /// as can be; twice these, of the boxes of labels and given ones, over all rows together. As TrackEval computes it.
    pub struct Idf1 = "idf1" {
        /// How much a box must overlap that of the label to be right.
        overlap: Share = Share(0.5), in Range::UNIT;
        /// Whether it must be of its class as well.
        by_class: bool = false;
    }
}

impl Metric for Idf1 {
    fn compares(&self) -> &'static [AnswerDef] {
        TRACKS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_tracks("idf1", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        super::of_tracks("idf1", Some(self.overlap), self.by_class)
    }
}
