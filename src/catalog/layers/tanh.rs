//! `tanh`: the hyperbolic tangent.

use super::{Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The hyperbolic tangent, in (−1, 1).
    ///
    /// Shape: any numbers, unchanged.
    pub struct Tanh = "tanh" {}
}

impl Layer for Tanh {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("tanh", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
