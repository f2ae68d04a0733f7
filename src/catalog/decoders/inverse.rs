//! `inverse(target)`: back to the label's own unit.

use super::{Decoded, Decoder, Role};
use crate::catalog::ShapeError;

crate::words! {
    /// What is undone.
    pub enum Inverted {
        /// The steps of the task's `target`.
        Target = "target",
    }
}

crate::entry! {
    /// Undoes the task's `target` steps, last first, so that predictions and metrics speak in the label's own unit.
    pub struct Inverse = "inverse" {
        /// What is undone: `target`.
        pos of: Inverted;
    }
}

impl Decoder for Inverse {
    fn infer(&self, input: &Decoded) -> Result<Decoded, ShapeError> {
        if input.role != Role::Raw || !input.ty.is_real() {
            return Err(ShapeError::new("`inverse(target)` decodes a head's output, and must come first in `predict`"));
        }
        Ok(Decoded { role: Role::Numbers, ty: input.ty.clone() })
    }

    fn inverts_target(&self) -> bool {
        true
    }
}
