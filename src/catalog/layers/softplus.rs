//! `softplus`: the smooth ReLU.

use super::{Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// `ln(1 + e^x)`, a smooth ReLU that is always positive.
    ///
    /// Shape: any numbers, unchanged.
    pub struct Softplus = "softplus" {}
}

impl Layer for Softplus {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("softplus", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
