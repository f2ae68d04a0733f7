//! `threshold`: yes where a probability reaches a threshold.

use super::{Decoded, Decoder, Role};
use crate::catalog::{Range, ShapeError};

crate::entry! {
    /// Yes where a probability reaches a threshold.
    pub struct Threshold = "threshold" {
        /// The threshold.
        pos at: f64 = 0.5, in Range::UNIT;
    }
}

impl Decoder for Threshold {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role != Role::Probabilities {
            return Err(ShapeError::new("`threshold` needs probabilities: write `sigmoid -> threshold`"));
        }
        Ok(Decoded { role: Role::Classes, ty: input.ty.clone() })
    }
}
