//! `last_pool`: the last place of a sequence.

use super::Layer;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The last place of each sequence, padding left out: behind `gru` what it remembers of the whole row. Zeros of a row without places.
    ///
    /// Shape: `f32[rows, time, n]` to `f32[rows, n]`.
    pub struct LastPool = "last_pool" {}
}

impl Layer for LastPool {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_sequence("last_pool", &inputs[0])?;
        Ok(Type::real(inputs[0].rows().clone(), [inputs[0].last().size.clone()]))
    }
}
