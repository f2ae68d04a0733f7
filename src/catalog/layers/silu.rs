//! `silu`: the sigmoid linear unit.

use super::{Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The sigmoid linear unit `x·σ(x)`, also called swish (Elfwing et al. 2018, arXiv:1702.03118).
    ///
    /// Shape: any numbers, unchanged.
    pub struct Silu = "silu" {}
}

impl Layer for Silu {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("silu", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
