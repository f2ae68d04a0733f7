//! `avg_pool`: the mean value of each window.

use super::{Layer, window};
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// The mean of each window, per channel.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, C, H′, W′]` with `H′ = ⌊(H − kernel) / stride⌋ + 1`. Where pictures differ
    /// in height and width, no window reaches beyond its own.
    pub struct AvgPool = "avg_pool" {
        /// Height and width of the window.
        pos kernel: usize, in Range::AT_LEAST_ONE;
        /// Step between two windows; the kernel's size unless written.
        stride: Option<usize>, in Range::AT_LEAST_ONE;
    }
}

impl Layer for AvgPool {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_pictures("avg_pool", &inputs[0])?;
        let stride = self.stride.unwrap_or(self.kernel);
        let mut output = inputs[0].clone();
        output.axes[2].size = window("avg_pool", "height", &inputs[0].axes[2].size, self.kernel, stride, 0)?;
        output.axes[3].size = window("avg_pool", "width", &inputs[0].axes[3].size, self.kernel, stride, 0)?;
        Ok(output)
    }
}
