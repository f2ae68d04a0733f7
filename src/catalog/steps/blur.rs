//! `blur`: some training pictures out of focus.

use super::{Step, needs_images};
use crate::catalog::{Range, ShapeError, Share, Type};

crate::entry! {
    /// Blurs some pictures of training rows by a bell whose width is drawn anew in every epoch. Pictures that are validated, tested or predicted stay as they
    /// are.
    pub struct Blur = "blur" {
        /// The most that its standard deviation is, in pixels; a tenth of it is the least.
        pos deviation: f64 = 1.0, in BELL;
        /// How many pictures are blurred.
        share: Share = Share(0.5), in Range::UNIT;
    }
}

/// A wider one would take its time.
const BELL: Range = Range { min: 0.0, max: 64.0, above_min: true, below_max: false };

impl Step for Blur {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_images("blur", input).map(|()| input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }
}
