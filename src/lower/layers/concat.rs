//! `concat`: values side by side.

use super::{Compute, Cotangents, Forward, Recorded, Vjp, cut, join};
use crate::catalog::layers::concat::Concat;
use crate::lower::{Real, Value};

impl Compute for Concat {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        join(call.inputs, call.feature_axis())
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Concat {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let inputs = cut(cotangent, call.inputs, call.wants_inputs, call.feature_axis());
        Cotangents { inputs, weights: Vec::new() }
    }
}
