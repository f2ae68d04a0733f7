//! `global_avg_pool`: the mean of each channel.

use super::Layer;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The mean of each channel over the whole picture, or of each feature over the whole time. Places that are padding do not
    /// count, and a row without any place gives zeros.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, C]`; `f32[rows, time, n]` to `f32[rows, n]`.
    pub struct GlobalAvgPool = "global_avg_pool" {}
}

impl Layer for GlobalAvgPool {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::pooled("global_avg_pool", &inputs[0])
    }
}
