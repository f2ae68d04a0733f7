//! `sigmoid`: the logistic function.

use super::{Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The logistic function `1 / (1 + e^−x)`, in (0, 1).
    ///
    /// Shape: any numbers, unchanged.
    pub struct Sigmoid = "sigmoid" {}
}

impl Layer for Sigmoid {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("sigmoid", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
