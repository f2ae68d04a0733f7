//! `elu`: the exponential linear unit.

use super::{Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// `x` where positive, `alpha·(e^x − 1)` elsewhere (Clevert et al. 2016, arXiv:1511.07289).
    ///
    /// Shape: any numbers, unchanged.
    pub struct Elu = "elu" {
        /// What negative values tend to, negated.
        pos alpha: f64 = 1.0, in Range::POSITIVE;
    }
}

impl Layer for Elu {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("elu", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
