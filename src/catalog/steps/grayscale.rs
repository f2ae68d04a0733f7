//! `grayscale`: pictures without colours.

use super::{Step, needs_images};
use crate::catalog::{Axis, Dim, ShapeError, Type};

crate::entry! {
    /// Makes one channel of three: how light each pixel is, 0.299 of red, 0.587 of green, 0.114 of blue. A column that is never read in colour is better
    /// declared as `image(gray)`.
    ///
    /// Type: `image[rows, 3, …]` to `image[rows, 1, …]`.
    pub struct Grayscale = "grayscale" {}
}

impl Step for Grayscale {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_images("grayscale", input)?;
        let mut gray = input.clone();
        if let Some(place) = gray.axis(Axis::CHANNELS) {
            gray.axes[place].size = Dim::int(1);
        }
        Ok(gray)
    }
}
