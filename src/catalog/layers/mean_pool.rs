//! `mean_pool`: the mean along a sequence.

use super::{Layer, require_real};
use crate::catalog::error::Undecided;
use crate::catalog::{Kind, ShapeError, Type};

crate::entry! {
    /// The mean along the second axis, for example over the tokens of a text; places that are padding do not count, and a row
    /// without any place gives zeros.
    ///
    /// Shape: `f32[rows, T, …]` to `f32[rows, …]`.
    pub struct MeanPool = "mean_pool" {}
}

impl Layer for MeanPool {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("mean_pool", &inputs[0])?;
        super::require_rank("mean_pool", &inputs[0], 3..=usize::MAX)?;
        let mut axes = inputs[0].axes.clone();
        axes.remove(1);
        Ok(Type::new(Kind::Real, axes))
    }
}
