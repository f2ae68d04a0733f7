//! `adaptive_avg_pool`: pictures of a given size by means.

use super::{Layer, require_picture};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// The means of windows that cut each picture into `height` × `width`, as even as can be: window i of n covers the places from ⌊i·H/n⌋ to
    /// ⌈(i + 1)·H/n⌉, as in PyTorch, so that neighbours may share one.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, C, height, width]`. To 1 × 1 and a vector: [`global_avg_pool`](#global_avg_pool).
    pub struct AdaptiveAvgPool = "adaptive_avg_pool" {
        /// How many windows from top to bottom.
        pos height: usize, in Range::AT_LEAST_ONE;
        /// How many from left to right; as many unless written.
        pos width: Option<usize>, in Range::AT_LEAST_ONE;
    }
}

impl Layer for AdaptiveAvgPool {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_picture("adaptive_avg_pool", &inputs[0])?;
        let mut output = inputs[0].clone();
        output.axes[2].size = Dim::int(self.height as i64);
        output.axes[3].size = Dim::int(self.width.unwrap_or(self.height) as i64);
        Ok(output)
    }
}
