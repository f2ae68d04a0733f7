//! `inverse(target)`: back to what the label is.

use super::{Decoded, Decoder, Role};
use crate::catalog::{Kind, Name, ShapeError, Type};

crate::entry! {
    /// Undoes the steps of a target, last first, so that predictions and metrics speak in the label's own unit. Tokens become the text
    /// that they spell.
    pub struct Inverse = "inverse" {
        /// What is undone: `target`, or the name of one of several targets.
        pos of: Name;
    }
}

impl Decoder for Inverse {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role == Role::Tokens {
            return Ok(Decoded { role: Role::Answer, ty: Type::new(Kind::Text, vec![input.ty.rows().clone()]) });
        }
        if input.role != Role::Raw || !input.ty.is_real() {
            return Err(ShapeError::new("`inverse(target)` decodes a head's output, and must come first in `predict`"));
        }
        Ok(Decoded { role: Role::Numbers, ty: input.ty.clone() })
    }

    fn inverts(&self) -> Option<&str> {
        Some(&self.of.0)
    }
}
