//! `min_max`: maps the smallest and largest value of the training part to `low` and `high`, per column.

use super::{Step, same_numbers};
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Maps the smallest and largest value of the training part to `low` and `high`, per column.
    ///
    /// Values outside the training part's range lie outside. A constant column becomes `low`. Invertible.
    pub struct MinMax = "min_max" {
        /// What the smallest value becomes.
        low: f64 = 0.0;
        /// What the largest value becomes.
        high: f64 = 1.0;
    }
}

impl Step for MinMax {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        same_numbers("min_max", input)
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
