//! `relu6`: the rectified linear unit, cut at 6.

use super::{Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The rectified linear unit, cut at 6: `min(max(x, 0), 6)` (Krizhevsky 2010), as MobileNets have it.
    ///
    /// Shape: any numbers, unchanged.
    pub struct Relu6 = "relu6" {}
}

impl Layer for Relu6 {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("relu6", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
