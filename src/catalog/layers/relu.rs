//! `relu`: the rectified linear unit.

use super::{Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The rectified linear unit: `max(x, 0)` (Nair and Hinton 2010).
    ///
    /// Shape: any numbers, unchanged.
    pub struct Relu = "relu" {}
}

impl Layer for Relu {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("relu", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
