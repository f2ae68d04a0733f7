//! `probability`: the head's output, which is a probability already.

use super::{Decoded, Decoder, Role};
use crate::catalog::ShapeError;

crate::entry! {
    /// The head's output as it is, as an independent probability: for a head that ends in `sigmoid` or in a product of
    /// probabilities.
    pub struct Probability = "probability" {}
}

impl Decoder for Probability {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role != Role::Raw || !input.ty.is_real() {
            return Err(ShapeError::new("`probability` takes a head's output, and must come first in `predict`"));
        }
        Ok(Decoded { role: Role::Probabilities, ty: input.ty.clone() })
    }
}
