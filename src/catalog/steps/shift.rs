//! `shift`: moves training pictures by some pixels.

use super::{SIDE, Step, needs_larger_images, needs_sized_images};
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Moves the pictures of training rows by up to so many pixels up or down, and left or right, drawn anew in every epoch; what comes in
    /// at the edges is the edge itself. Pictures that are validated, tested or predicted stay as they are. A label that has a class
    /// for each pixel is moved with its picture.
    pub struct Shift = "shift" {
        /// The most pixels in each direction; no more than the picture has.
        pos pixels: usize, in SIDE;
    }
}

impl Step for Shift {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_sized_images("shift", input)?;
        needs_larger_images("shift", "moves by up to", self.pixels, input)?;
        Ok(input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }

    fn moves(&self) -> bool {
        true
    }
}
