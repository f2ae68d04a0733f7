//! `add`: the sum of values.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::add::Add;
use crate::kernels::pointwise::sums;
use crate::lower::{Real, Value};

impl Compute for Add {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let mut sum = call.x().clone();
        for (place, other) in call.inputs.iter().enumerate().skip(1) {
            let last = place + 1 == call.inputs.len();
            sum = sum.zip(other.real(), |a, b| sums(a, b, call.then.filter(|_| last)));
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
