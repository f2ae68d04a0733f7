//! `tempered`: one probability per class, less sure of itself.

use super::{Decoded, Decoder, Role};
use crate::catalog::{Range, ShapeError};

crate::entry! {
    /// One probability per class, `softmax(output / temperature)` (Guo et al. 2017): the hotter, the less sure.
    pub struct Tempered = "tempered" {
        /// What outputs are divided by.
        pos temperature: f64 = 2.0, in Range::POSITIVE;
    }
}

impl Decoder for Tempered {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role != Role::Raw || !input.ty.is_real() {
            return Err(ShapeError::new("`tempered` decodes a head's output, and must come first in `predict`"));
        }
        Ok(Decoded { role: Role::Distribution, ty: input.ty.clone() })
    }
}
