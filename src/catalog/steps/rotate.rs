//! `rotate`: turns training pictures.

use super::affine::{HALF_TURN, PIXEL, Sampling};
use super::{Step, needs_images};
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Turns the pictures of training rows about their middle, by up to so many degrees to the left or to the right, drawn anew in every
    /// epoch. Pictures that are validated, tested or predicted stay as they are. Labels that lie in the picture go along.
    pub struct Rotate = "rotate" {
        /// The most degrees.
        pos degrees: f64, in HALF_TURN;
        /// How values between pixels are found: `bilinear` from the four around it, `nearest` from one.
        sampling: Sampling = Sampling::Bilinear;
        /// What comes in at the corners: a value from 0, black, to 255, white; without it the edge goes on.
        fill: Option<usize>, in PIXEL;
    }
}

impl Step for Rotate {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_images("rotate", input).map(|()| input.clone())
    }

    fn drawn(&self) -> bool {
        true
    }

    fn moves(&self) -> bool {
        true
    }
}
