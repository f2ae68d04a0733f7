//! `max_pool`: the largest value of each window.

use super::padding::Padding;
use super::{Layer, window};
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// The largest value of each window, per channel.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, C, H′, W′]` with `H′ = ⌊(H + 2p − kernel) / stride⌋ + 1`, where p is 0 for `valid`,
    /// `⌊kernel / 2⌋` for `same` (which needs an odd kernel), and what is written as a number: a window that reaches beyond the picture sees what it sees of it. Where
    /// pictures differ in height and width, each ends where it ends, however large the others of the batch may be.
    pub struct MaxPool = "max_pool" {
        /// Height and width of the window.
        pos kernel: usize, in Range::AT_LEAST_ONE;
        /// Step between two windows; the kernel's size unless written.
        stride: Option<usize>, in Range::AT_LEAST_ONE;
        /// `same`, `valid`, or how far windows reach beyond each side: half a window at most.
        padding: Padding = Padding::Valid, in Range::NON_NEGATIVE;
    }
}

impl MaxPool {
    /// How far windows reach beyond each side.
    pub fn margin(&self) -> usize {
        self.padding.margin(self.kernel)
    }
}

impl Layer for MaxPool {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_pictures("max_pool", &inputs[0])?;
        self.padding.require_odd(self.kernel)?;
        if self.margin() > self.kernel / 2 {
            let message = format!(
                "a window of {} that reaches {} beyond the picture may see nothing of it",
                self.kernel,
                self.margin()
            );
            return Err(ShapeError::new(message)
                .parameter("padding")
                .help(format!("use `padding: {}`, or a larger window", self.kernel / 2)));
        }
        let (stride, around) = (self.stride.unwrap_or(self.kernel), 2 * self.margin());
        let mut output = inputs[0].clone();
        output.axes[2].size = window("max_pool", "height", &inputs[0].axes[2].size, self.kernel, stride, around)?;
        output.axes[3].size = window("max_pool", "width", &inputs[0].axes[3].size, self.kernel, stride, around)?;
        Ok(output)
    }
}
