//! `hota`: how well what moves is found, and how well it is kept together, in one number.

use super::{GainOn, Metric, needs_tracks};
use crate::catalog::answers::{AnswerDef, TRACKS};
use crate::catalog::decoders::Decoded;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The higher order tracking accuracy (Luiten et al. 2020, arXiv:2009.07736): the root of how well boxes are found times how well they are kept together, mean over how much a
    /// box must overlap that of the label to be right: 5%, 10%, …, 95%. The former is what is right, of what is right, missed or wrong; the latter, of what is right, the mean of the frames in
    /// which its two tracks are right together, of those in which either is. Over all rows together, as TrackEval computes it.
    pub struct Hota = "hota" {
        /// Whether a box must be of its class as well.
        by_class: bool = false;
    }
}

impl Metric for Hota {
    fn compares(&self) -> &'static [AnswerDef] {
        TRACKS
    }

    fn check(&self, prediction: &Decoded, label: &Type) -> Result<(), ShapeError> {
        needs_tracks("hota", prediction, label)
    }

    fn gain(&self) -> GainOn {
        GainOn::Value
    }

    fn key(&self) -> String {
        super::of_tracks("hota", None, self.by_class)
    }
}
