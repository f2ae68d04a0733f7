//! `argmax`: the likeliest class.

use super::{Decoded, Decoder, Role, tagged};
use crate::catalog::{Kind, ShapeError, Type};

crate::entry! {
    /// The likeliest class; of pictures with a channel per class, `f32[rows, classes, height, width]`, the likeliest of each pixel; of a sequence with a number
    /// per tag at each place, `f32[rows, time, tags]`, the likeliest of each place, which `inverse(target)` names.
    pub struct Argmax = "argmax" {}
}

impl Decoder for Argmax {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role == Role::Raw && input.ty.is_picture() {
            let classes = input.ty.axes[1].size.clone();
            let axes = [0, 2, 3].map(|axis| input.ty.axes[axis].clone()).to_vec();
            return Ok(Decoded { role: Role::Answer, ty: Type::new(Kind::Category { classes }, axes) });
        }
        if input.role == Role::Raw && input.ty.is_sequence() {
            return Ok(tagged(input));
        }
        if !matches!(input.role, Role::Raw | Role::Distribution) || input.ty.rank() != 2 {
            return Err(ShapeError::new("`argmax` chooses among the numbers of one row: a head's output or `softmax`"));
        }
        let classes = input.ty.last().size.clone();
        Ok(Decoded { role: Role::Classes, ty: Type::new(Kind::Category { classes }, vec![input.ty.rows().clone()]) })
    }
}
