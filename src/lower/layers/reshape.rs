//! `reshape`: other sizes after the rows.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::reshape::Reshape;
use crate::lower::{Real, Value};

impl Compute for Reshape {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        Value::Real(call.x().reshaped(call.shape()))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Reshape {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        Cotangents::input(cotangent.reshaped(call.x().shape().to_vec()))
    }
}
