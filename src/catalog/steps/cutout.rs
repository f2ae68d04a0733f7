//! `cutout`: a hole in training pictures.

use super::affine::PIXEL;
use super::{SIDE, Step, needs_images, needs_larger_images};
use crate::catalog::{Range, ShapeError, Share, Type};

crate::entry! {
    /// Covers a square of the pictures of training rows, whose middle is drawn anew in every epoch (DeVries and Taylor 2017), so that no part is leant on alone.
    /// Pictures that are validated, tested or predicted stay as they are, and so do labels.
    pub struct Cutout = "cutout" {
        /// The side of the square, in pixels; no more than the picture has.
        pos size: usize, in SIDE;
        /// What stands there: a value from 0, black, to 255, white.
        fill: usize = 127, in PIXEL;
        /// How many pictures have a hole.
        share: Share = Share(1.0), in Range::UNIT;
    }
}

impl Step for Cutout {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_images("cutout", input)?;
        needs_larger_images("cutout", "covers a square with a side of", self.size, input)?;
        Ok(input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }
}
