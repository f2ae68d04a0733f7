//! `member_scale`: factors and shifts of each member.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::member_scale::MemberScale;
use crate::lower::{Real, Value};

impl Compute for MemberScale {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        Value::Real(x.like(x.by_rows() * row(&call.weights[0]) + row(&call.weights[1])))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for MemberScale {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, grad) = (call.x(), cotangent.by_rows());
        let input = call.wants_inputs[0].then(|| x.like(grad.clone() * row(&call.weights[0])));
        let mut weights = Vec::new();
        if call.wants_weights {
            weights.push(Some(call.weights[0].like((grad.clone() * x.by_rows()).sum_dim(0))));
            weights.push(Some(call.weights[1].like(grad.sum_dim(0))));
        }
        Cotangents { inputs: vec![input], weights }
    }
}

/// All members' numbers as one row.
fn row(weight: &Real) -> Tensor<2> {
    weight.flat().unsqueeze()
}
