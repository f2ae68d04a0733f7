//! `softmax`: one probability per class.

use super::{Decoded, Decoder, Role};
use crate::catalog::ShapeError;

crate::entry! {
    /// One probability per class, summing to 1 along the last axis; the class of a row is the likeliest one.
    pub struct Softmax = "softmax" {}
}

impl Decoder for Softmax {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role != Role::Raw || !input.ty.is_real() {
            return Err(ShapeError::new("`softmax` decodes a head's output, and must come first in `predict`"));
        }
        Ok(Decoded { role: Role::Distribution, ty: input.ty.clone() })
    }
}
