//! `dropout`: random zeros while training.

use super::{Capabilities, Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Sets each element to zero with probability `rate` while training, and scales the others by `1 / (1 − rate)`
    /// (Srivastava et al. 2014). Does nothing when evaluating.
    ///
    /// Shape: any numbers, unchanged. Which elements are dropped is a function of the seed, the layer's path, the epoch, the
    /// step and the row.
    pub struct Dropout = "dropout" {
        /// The probability of a zero.
        pos rate: f64 = 0.5, in Range::UNIT_BELOW_ONE;
    }
}

impl Layer for Dropout {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("dropout", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn capabilities(&self) -> Capabilities {
        let active = self.rate > 0.0;
        Capabilities { random: active, mode_dependent: active, identity: !active, ..Capabilities::default() }
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
