//! `avg_pool`: the mean value of each window.

use super::Layer;
use super::padding::Padding;
use super::windows::Windows;
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// The mean of each window, per channel of pictures and clips, per feature of sequences.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, C, H′, W′]` with `H′ = ⌊(H + 2p − kernel) / stride⌋ + 1`, where p is 0 for `valid`,
    /// `⌊kernel / 2⌋` for `same` (which needs an odd kernel), and what is written as a number; `f32[rows, time, n]` to `f32[rows, time′, n]`, windows along time;
    /// `f32[rows, T, C, H, W]` to `f32[rows, T′, C, H′, W′]`, windows of `frames` frames (within each frame alone: `each(time) { avg_pool(2) }`, or `frames: 1`).
    ///
    /// Of a window that reaches beyond a picture or a sequence it is the mean of what the window sees of it (PyTorch's with `count_include_pad=False`). Where rows
    /// differ in length, or pictures in height and width, each ends where it ends, however large the others of the batch may be.
    pub struct AvgPool = "avg_pool" {
        /// Height and width of the window; of sequences how many places it has.
        pos kernel: usize, in Range::AT_LEAST_ONE;
        /// Step between two windows; the kernel's size unless written.
        stride: Option<usize>, in Range::AT_LEAST_ONE;
        /// `same`, `valid`, or how far windows reach beyond each side: half a window at most.
        padding: Padding = Padding::Valid, in Range::NON_NEGATIVE;
        /// How many frames of a clip a window has; the kernel's size unless written.
        frames: Option<usize>, in Range::AT_LEAST_ONE;
        /// Step between two windows along the time of a clip; their frames unless written.
        time_stride: Option<usize>, in Range::AT_LEAST_ONE;
    }
}

impl AvgPool {
    pub fn windows(&self) -> Windows {
        let Self { kernel, stride, padding, frames, time_stride } = *self;
        Windows { kernel, stride, padding, frames, time_stride }
    }
}

impl Layer for AvgPool {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        self.windows().infer("avg_pool", &inputs[0])
    }
}
