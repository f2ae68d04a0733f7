//! `pad`: a margin around each picture.

use super::affine::PIXEL;
use super::{SIDE, Step, needs_sized_images};
use crate::catalog::{Axis, Dim, ShapeError, Type};

crate::entry! {
    /// Puts a margin of so many pixels around each picture. Labels go along; one that has a class, or a number, for each pixel has none in the margin, which counts nowhere.
    ///
    /// Type: `image[rows, channels, H, W]` to `image[rows, channels, H + 2·pixels, W + 2·pixels]`.
    pub struct Pad = "pad" {
        /// How wide the margin is on each side.
        pos pixels: usize, in SIDE;
        /// What stands there: a value from 0, black, to 255, white; without it the edge goes on.
        fill: Option<usize>, in PIXEL;
    }
}

impl Step for Pad {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_sized_images("pad", input)?;
        let mut padded = input.clone();
        for name in [Axis::HEIGHT, Axis::WIDTH] {
            let Some(place) = padded.axis(name) else { continue };
            padded.axes[place].size = padded.axes[place].size.clone() + Dim::int(2 * self.pixels as i64);
        }
        Ok(padded)
    }

    fn keeps_whole(&self) -> bool {
        false
    }
}
