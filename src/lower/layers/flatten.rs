//! `flatten`: all axes after the rows as one.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::flatten::Flatten;
use crate::lower::{Real, Value};

impl Compute for Flatten {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        Value::Real(call.x().reshaped(call.shape()))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Flatten {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        Cotangents::input(cotangent.reshaped(call.x().shape().to_vec()))
    }
}
