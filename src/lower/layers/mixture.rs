//! `mixture`: a sum weighed row by row.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::mixture::Mixture;
use crate::lower::{Real, Value};

impl Compute for Mixture {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let first = call.inputs[1].real();
        let gate = call.x().by_rows();
        let mut sum = share(&gate, 0) * first.by_rows();
        for (index, value) in call.inputs[2..].iter().enumerate() {
            sum = sum + share(&gate, index + 1) * value.real().by_rows();
        }
        Value::Real(first.like(sum))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

fn share(gate: &Tensor<2>, index: usize) -> Tensor<2> {
    gate.clone().narrow(1, index, 1)
}

impl Vjp for Mixture {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let gate = call.x().by_rows();
        let grad = cotangent.by_rows();
        let values = &call.inputs[1..];
        let for_gate = call.wants_inputs[0].then(|| {
            let along = |value: &Value| (value.real().by_rows() * grad.clone()).sum_dim(1);
            call.x().like(Tensor::cat(values.iter().map(along).collect(), 1))
        });
        let mut inputs = vec![for_gate];
        for (index, wanted) in call.wants_inputs[1..].iter().enumerate() {
            inputs.push(wanted.then(|| cotangent.like(share(&gate, index) * grad.clone())));
        }
        Cotangents { inputs, weights: Vec::new() }
    }
}
