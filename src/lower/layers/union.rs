//! `union`: rows stacked.

use super::{Compute, Cotangents, Forward, Recorded, Vjp, cut, join};
use crate::catalog::layers::union::Union;
use crate::lower::{Real, Value};

impl Compute for Union {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        join(call.inputs, 0)
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Union {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        Cotangents { inputs: cut(cotangent, call.inputs, call.wants_inputs, 0), weights: Vec::new() }
    }
}
