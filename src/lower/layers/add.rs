//! `add`: the sum of values.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::add::Add;
use crate::lower::{Real, Value};

impl Compute for Add {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let mut sum = call.x().clone();
        for other in &call.inputs[1..] {
            sum = sum.zip(other.real(), |a, b| a + b);
        }
        Value::Real(sum)
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Add {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        Cotangents {
            inputs: call.wants_inputs.iter().map(|wanted| wanted.then(|| cotangent.clone())).collect(),
            weights: Vec::new(),
        }
    }
}
