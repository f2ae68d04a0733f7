//! `identity`: the value as it is.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::identity::Identity;
use crate::lower::{Real, Value};

impl Compute for Identity {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        call.inputs[0].clone()
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Identity {
    fn pull(&self, _call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        Cotangents::input(cotangent.clone())
    }
}
