//! `leaky_relu`: the leaky rectified linear unit.

use super::{Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// `x` where positive, `slope·x` elsewhere (Maas et al. 2013).
    ///
    /// Shape: any numbers, unchanged.
    pub struct LeakyRelu = "leaky_relu" {
        /// The factor of negative values.
        pos slope: f64 = 0.01, in Range::NON_NEGATIVE;
    }
}

impl Layer for LeakyRelu {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("leaky_relu", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
