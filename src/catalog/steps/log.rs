//! `log`: the natural logarithm of one plus the value: `ln(1 + x)`, for counts and amounts.

use super::{Step, same_numbers};
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The natural logarithm of one plus the value: `ln(1 + x)`, for counts and amounts.
    ///
    /// Values must be above −1. Invertible.
    pub struct Log = "log" {}
}

impl Step for Log {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        same_numbers("log", input)
    }

    fn invertible(&self) -> bool {
        true
    }
}
