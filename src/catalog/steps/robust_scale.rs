//! `robust_scale`: subtracts the median and divides by the distance between the quartiles, per column.

use super::{Step, same_numbers};
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Subtracts the median of the training part and divides by the distance between its quartiles, per column: a few extreme
    /// values move neither.
    ///
    /// Where the quartiles are one number, as in a column that is mostly zero, half the distance between the smallest and the
    /// largest value takes their place (RealMLP, Holzmüller et al. 2024, arXiv:2407.04491): a rare 1 among zeros becomes 2, and not
    /// the 30 that `standardize` would make of it. Missing values stay missing and do not count. A constant column becomes 0.
    /// Invertible. As an input, put `-> smooth_clip` after it.
    pub struct RobustScale = "robust_scale" {}
}

impl Step for RobustScale {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        same_numbers("robust_scale", input)
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
