//! `global_avg_pool`: the mean of each channel.

use super::Layer;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The mean of each channel over the whole picture.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, C]`.
    pub struct GlobalAvgPool = "global_avg_pool" {}
}

impl Layer for GlobalAvgPool {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_picture("global_avg_pool", &inputs[0])?;
        Ok(Type::real(inputs[0].rows().clone(), [inputs[0].axes[1].size.clone()]))
    }
}
