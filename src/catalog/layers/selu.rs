//! `selu`: the scaled exponential linear unit.

use super::{Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// 1.0507 times `elu(1.6733)` (Klambauer et al. 2017, arXiv:1706.02515): what flows through many layers keeps its size. RealMLP
    /// takes it for classification.
    ///
    /// Shape: any numbers, unchanged.
    pub struct Selu = "selu" {}
}

impl Layer for Selu {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("selu", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
