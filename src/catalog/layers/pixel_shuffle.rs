//! `pixel_shuffle`: channels become places.

use super::{Layer, require_picture};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Lays each `factor`² channels out as a square of pixels (Shi et al. 2016, arXiv:1609.05158): a way up whose filters, those of the
    /// convolution before it, see the small picture.
    ///
    /// Shape: `f32[rows, factor²·C, H, W]` to `f32[rows, C, factor·H, factor·W]`; channel `factor²·c + factor·i + j` goes to row i and column j of
    /// each square, as in PyTorch.
    pub struct PixelShuffle = "pixel_shuffle" {
        /// The side of the squares.
        pos factor: usize = 2, in Range::AT_LEAST_ONE;
    }
}

impl Layer for PixelShuffle {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_picture("pixel_shuffle", &inputs[0])?;
        let (square, mut output) = ((self.factor * self.factor) as i64, inputs[0].clone());
        let channels = &inputs[0].axes[1].size;
        if let Some(channels) = channels.value().filter(|channels| channels % square != 0) {
            return Err(ShapeError::new(format!("{channels} channels do not make squares of {square} pixels"))
                .parameter("factor")
                .help(format!("`conv2d({})` before it would", (channels / square + 1) * square)));
        }
        output.axes[1].size = channels.floor_div(square);
        for axis in [2, 3] {
            output.axes[axis].size = output.axes[axis].size.clone() * Dim::int(self.factor as i64);
        }
        Ok(output)
    }

    fn is_identity(&self, _inputs: &[Type]) -> bool {
        self.factor == 1
    }
}
