//! `concat`: values side by side.

use super::{Compute, Cotangents, Forward, Recorded, Vjp, cut, join};
use crate::catalog::layers::concat::Concat;
use crate::lower::{Real, Value};

impl Compute for Concat {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        join(call.inputs, Concat::axis(call.x().rank()))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Concat {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let axis = Concat::axis(cotangent.rank());
        Cotangents { inputs: cut(cotangent, call.inputs, call.wants_inputs, axis), weights: Vec::new() }
    }
}
