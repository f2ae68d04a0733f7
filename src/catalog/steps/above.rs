//! `above`: yes or no: 1 where a number is above a threshold, 0 elsewhere.

use super::{Step, same_numbers};
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Yes or no: 1 where a number is above a threshold, 0 elsewhere. A missing number stays missing.
    ///
    /// Of a label it makes the question whether there is anything at all, beside a second target that asks how much. Shape: unchanged.
    pub struct Above = "above" {
        /// The threshold.
        pos at: f64;
    }
}

impl Step for Above {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        same_numbers("above", input)
    }

    fn removes_scale(&self) -> bool {
        true
    }
}
