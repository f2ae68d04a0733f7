//! `first_pool`: the first place of a sequence.

use super::Layer;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The first place of each sequence: behind `attention` what a start mark ([`special`](steps.md#special), or `[CLS]` of a
    /// [`tokenizer`](steps.md#tokenizer)) has gathered of the whole row. Zeros of a row without places.
    ///
    /// Shape: `f32[rows, time, n]` to `f32[rows, n]`.
    pub struct FirstPool = "first_pool" {}
}

impl Layer for FirstPool {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_sequence("first_pool", &inputs[0])?;
        Ok(Type::real(inputs[0].rows().clone(), [inputs[0].last().size.clone()]))
    }
}
