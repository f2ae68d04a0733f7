//! `identity`: the head's output as it is, as numbers.

use super::{Decoded, Decoder, Role};
use crate::catalog::ShapeError;

crate::entry! {
    /// The head's output as it is, as numbers.
    pub struct Identity = "identity" {}
}

impl Decoder for Identity {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        Ok(Decoded { role: Role::Numbers, ty: input.ty.clone() })
    }
}
