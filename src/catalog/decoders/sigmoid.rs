//! `sigmoid`: an independent probability for each output.

use super::{Decoded, Decoder, Role};
use crate::catalog::ShapeError;

crate::entry! {
    /// An independent probability for each output.
    pub struct Sigmoid = "sigmoid" {}
}

impl Decoder for Sigmoid {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role != Role::Raw || !input.ty.is_real() {
            return Err(ShapeError::new("`sigmoid` decodes a head's output, and must come first in `predict`"));
        }
        Ok(Decoded { role: Role::Probabilities, ty: input.ty.clone() })
    }
}
