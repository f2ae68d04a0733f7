//! `identity`: the value as it is.

use super::{Capabilities, Layer};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// The value as it is; a pass removes it. A place holder where a param chooses a layer.
    pub struct Identity = "identity" {}
}

impl Layer for Identity {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        Ok(inputs[0].clone())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { identity: true, ..Capabilities::default() }
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
