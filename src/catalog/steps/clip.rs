//! `clip`: cuts values to a range.

use super::{Step, same_numbers};
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Cuts values to a range.
    pub struct Clip = "clip" {
        /// The smallest value that stays.
        pos low: f64;
        /// The largest value that stays.
        pos high: f64;
    }
}

impl Step for Clip {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        same_numbers("clip", input)
    }
}
