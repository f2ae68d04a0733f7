//! `adaptive_max_pool`: the largest values of windows that cut evenly.

use super::Layer;
use super::windows::Parts;
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// The largest values of windows that cut each sequence, picture or clip into so many parts, as even as can be: window i of n covers the places from ⌊i·L/n⌋ to
    /// ⌈(i + 1)·L/n⌉ of L, as in PyTorch, so that neighbours may share one.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, C, size, width]`; `f32[rows, time, n]` to `f32[rows, size, n]`; `f32[rows, T, C, H, W]` to
    /// `f32[rows, frames, C, size, width]`. Rows that differ in length, or pictures in height and width, are of one size then, each cut by its own; a row without any
    /// place gives zeros. To one vector: [`global_max_pool`](#global_max_pool).
    pub struct AdaptiveMaxPool = "adaptive_max_pool" {
        /// How many windows from top to bottom; of sequences along time.
        pos size: usize, in Range::AT_LEAST_ONE;
        /// How many from left to right; as many unless written.
        pos width: Option<usize>, in Range::AT_LEAST_ONE;
        /// How many along the time of clips; as many as from top to bottom unless written.
        frames: Option<usize>, in Range::AT_LEAST_ONE;
    }
}

impl AdaptiveMaxPool {
    pub fn parts(&self) -> Parts {
        Parts { size: self.size, width: self.width, frames: self.frames }
    }
}

impl Layer for AdaptiveMaxPool {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        self.parts().infer("adaptive_max_pool", &inputs[0])
    }
}
