//! `upsample`: larger pictures and longer sequences by repeating or by blending neighbours.

use super::{Layer, require_picture, require_sequence};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::words! {
    /// What stands at the new places.
    pub enum Upsampling {
        /// The nearest of the old places.
        Nearest = "nearest",
        /// Of pictures the blend of the four around, by how near they are.
        Bilinear = "bilinear",
        /// Of sequences the blend of the two around, by how near they are.
        Linear = "linear",
    }
}

crate::entry! {
    /// Makes pictures `factor` times as high and wide, and sequences `factor` times as long; nothing is learnt. A pixel is a square, and what is blended are the
    /// middles of squares, as in PyTorch with `align_corners=False`; along time it is the same. Of sequences that differ in length each is blended up to its own end.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, C, factor·H, factor·W]`; `f32[rows, time, n]` to `f32[rows, factor·time, n]`.
    pub struct Upsample = "upsample" {
        /// How many times as high and wide, or as long.
        pos factor: usize = 2, in Range::AT_LEAST_ONE;
        /// `nearest`; `bilinear` of pictures, `linear` of sequences.
        method: Upsampling = Upsampling::Nearest;
    }
}

impl Layer for Upsample {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        let mut output = inputs[0].clone();
        let refused = |is: &str, of: &str, instead: &str| -> Result<Type, ShapeError> {
            let error = ShapeError::new(format!("`{is}` is of {of}, and this is {}", inputs[0]));
            Err(error.parameter("method").help(format!("use `method: {instead}`")))
        };
        let axes: &[usize] = match inputs[0].is_sequence() {
            true => {
                require_sequence("upsample", &inputs[0])?;
                if self.method == Upsampling::Bilinear {
                    return refused("bilinear", "pictures", "linear");
                }
                &[1]
            }
            false => {
                require_picture("upsample", &inputs[0])?;
                if self.method == Upsampling::Linear {
                    return refused("linear", "sequences", "bilinear");
                }
                &[2, 3]
            }
        };
        for axis in axes {
            output.axes[*axis].size = output.axes[*axis].size.clone() * Dim::int(self.factor as i64);
        }
        Ok(output)
    }

    fn is_identity(&self, _inputs: &[Type]) -> bool {
        self.factor == 1
    }
}
