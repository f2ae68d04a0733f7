//! `stop_gradient`: the value without a way back.

use super::{Capabilities, Layer, require_real};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The value as it is, through which no gradient flows back: what stands before it does not learn from what stands after.
    ///
    /// Shape: any numbers, unchanged.
    pub struct StopGradient = "stop_gradient" {}
}

impl Layer for StopGradient {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("stop_gradient", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { stops_gradient: true, ..Capabilities::default() }
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
