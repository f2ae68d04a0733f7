//! `standardize`: subtracts the mean and divides by the standard deviation of the training part, per column.

use super::{Step, same_numbers};
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Subtracts the mean and divides by the standard deviation of the training part, per column.
    ///
    /// Missing values stay missing and do not count. A constant column becomes 0. Invertible.
    pub struct Standardize = "standardize" {}
}

impl Step for Standardize {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        same_numbers("standardize", input)
    }

    fn fitted(&self) -> bool {
        true
    }

    fn invertible(&self) -> bool {
        true
    }

    fn removes_scale(&self) -> bool {
        true
    }
}
