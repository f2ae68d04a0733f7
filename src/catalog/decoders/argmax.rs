//! `argmax`: the likeliest class.

use super::{Decoded, Decoder, Role};
use crate::catalog::{Kind, ShapeError, Type};

crate::entry! {
    /// The likeliest class.
    pub struct Argmax = "argmax" {}
}

impl Decoder for Argmax {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if !matches!(input.role, Role::Raw | Role::Distribution) || input.ty.rank() != 2 {
            return Err(ShapeError::new("`argmax` chooses among the numbers of one row: a head's output or `softmax`"));
        }
        let classes = input.ty.last().size.clone();
        Ok(Decoded { role: Role::Classes, ty: Type::new(Kind::Category { classes }, vec![input.ty.rows().clone()]) })
    }
}
