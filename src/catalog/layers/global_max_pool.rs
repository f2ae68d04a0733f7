//! `global_max_pool`: the largest value of each channel.

use super::Layer;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The largest value of each channel over the whole picture.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, C]`.
    pub struct GlobalMaxPool = "global_max_pool" {}
}

impl Layer for GlobalMaxPool {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_picture("global_max_pool", &inputs[0])?;
        Ok(Type::real(inputs[0].rows().clone(), [inputs[0].axes[1].size.clone()]))
    }
}
