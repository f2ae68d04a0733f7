//! `scale`: multiplies by a constant: `scale(1/255)` for bytes.

use super::{Step, same_numbers};
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Multiplies by a constant: `scale(1/255)` for bytes.
    ///
    /// Invertible.
    pub struct Scale = "scale" {
        /// The factor.
        pos by: f64, in Range::POSITIVE;
    }
}

impl Step for Scale {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        same_numbers("scale", input)
    }

    fn invertible(&self) -> bool {
        true
    }
}
