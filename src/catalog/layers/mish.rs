//! `mish`: a smooth ReLU.

use super::{Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// `x·tanh(ln(1 + e^x))` (Misra 2020, arXiv:1908.08681): smooth, and a little below zero for negative numbers. RealMLP takes it for
    /// regression.
    ///
    /// Shape: any numbers, unchanged.
    pub struct Mish = "mish" {}
}

impl Layer for Mish {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("mish", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
