//! `affine`: turns, shears, stretches and moves training pictures.

use super::{Step, needs_images};
use crate::catalog::{Range, ShapeError, Share, Type};

crate::words! {
    /// How a value between pixels is found.
    pub enum Sampling {
        Bilinear = "bilinear",
        Nearest = "nearest",
    }
}

/// Up to half a turn.
pub(crate) const HALF_TURN: Range = Range { min: 0.0, max: 180.0, above_min: false, below_max: false };
/// What cannot be laid flat.
const SHEAR: Range = Range { min: 0.0, max: 80.0, above_min: false, below_max: false };
/// Values of a pixel.
pub(crate) const PIXEL: Range = Range { min: 0.0, max: 255.0, above_min: false, below_max: false };

crate::entry! {
    /// Turns, shears, stretches and moves the pictures of training rows about their middle, each by so much at most, drawn anew in every
    /// epoch: `affine(degrees: 10, shift: 10%, scale: 1.2)`. Pictures that are validated, tested or predicted stay as they are.
    ///
    /// Labels that lie in the picture go along: boxes are bounded again, and of a class for each pixel each place is what lies there. What comes in at the edges is the
    /// edge itself, or `fill`.
    pub struct Affine = "affine" {
        /// The most degrees that a picture is turned to the left or to the right.
        degrees: f64 = 0.0, in HALF_TURN;
        /// The most that it is moved up or down, and left or right, of its height and width.
        shift: Share = Share(0.0), in Range::UNIT;
        /// The largest factor by which it is made larger or smaller: `1.25` draws factors from 0.8 to 1.25, as likely below 1 as above.
        scale: f64 = 1.0, in Range::AT_LEAST_ONE;
        /// The most degrees that it is sheared along each side.
        shear: f64 = 0.0, in SHEAR;
        /// How values between pixels are found: `bilinear` from the four around it, `nearest` from one.
        sampling: Sampling = Sampling::Bilinear;
        /// What comes in at the edges: a value from 0, black, to 255, white; without it the edge goes on.
        fill: Option<usize>, in PIXEL;
    }
}

impl Step for Affine {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_images("affine", input).map(|()| input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }

    fn moves(&self) -> bool {
        true
    }
}
