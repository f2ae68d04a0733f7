//! `color_jitter`: other light on training pictures.

use super::{Step, needs_images};
use crate::catalog::{Range, ShapeError, Type};

/// Of the circle of colours.
const HALF: Range = Range { min: 0.0, max: 0.5, above_min: false, below_max: false };

crate::entry! {
    /// Changes the light of the pictures of training rows, in this order, each by a factor between one less and one more than 1, drawn anew in
    /// every epoch: `color_jitter(brightness: 0.2, contrast: 0.2)`. Pictures that are validated, tested or predicted stay as they are.
    pub struct ColorJitter = "color_jitter" {
        /// Every value times the factor.
        brightness: f64 = 0.0, in Range::NON_NEGATIVE;
        /// How far every value is from the mean of the picture.
        contrast: f64 = 0.0, in Range::NON_NEGATIVE;
        /// How far every pixel is from gray.
        saturation: f64 = 0.0, in Range::NON_NEGATIVE;
        /// How far colours are turned round the circle of colours, as a share of it: 0.5 makes cyan of red.
        hue: f64 = 0.0, in HALF;
    }
}

impl Step for ColorJitter {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_images("color_jitter", input).map(|()| input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }
}
