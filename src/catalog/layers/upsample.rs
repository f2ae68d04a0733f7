//! `upsample`: larger pictures by repeating or by blending neighbours.

use super::{Layer, require_picture};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::words! {
    /// What stands at the new places.
    pub enum Upsampling {
        /// The nearest of the old places.
        Nearest = "nearest",
        /// The blend of the four around, by how near they are.
        Bilinear = "bilinear",
    }
}

crate::entry! {
    /// Makes pictures `factor` times as high and wide; nothing is learnt. A pixel is a square, and what is blended are the middles of squares,
    /// as in PyTorch with `align_corners=False`.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, C, factor·H, factor·W]`.
    pub struct Upsample = "upsample" {
        /// How many times as high and wide.
        pos factor: usize = 2, in Range::AT_LEAST_ONE;
        /// `nearest` or `bilinear`.
        method: Upsampling = Upsampling::Nearest;
    }
}

impl Layer for Upsample {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_picture("upsample", &inputs[0])?;
        let mut output = inputs[0].clone();
        for axis in [2, 3] {
            output.axes[axis].size = output.axes[axis].size.clone() * Dim::int(self.factor as i64);
        }
        Ok(output)
    }

    fn is_identity(&self, _inputs: &[Type]) -> bool {
        self.factor == 1
    }
}
