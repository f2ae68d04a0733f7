//! `member_dense`: one product per member, batched.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::member_dense::MemberDense;
use crate::lower::{Real, Value};

impl Compute for MemberDense {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let product = by_member(call.x()).matmul(call.weights[0].ranked::<3>());
        let bias: Tensor<3> = call.weights[1].ranked::<2>().unsqueeze_dim(1);
        Value::Real(Real::new((product + bias).swap_dims(0, 1)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for MemberDense {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let grad = by_member(cotangent);
        let input = call.wants_inputs[0].then(|| {
            let back = grad.clone().matmul(call.weights[0].ranked::<3>().swap_dims(1, 2));
            call.x().like(back.swap_dims(0, 1))
        });
        let mut weights = Vec::new();
        if call.wants_weights {
            weights.push(Some(Real::new(by_member(call.x()).swap_dims(1, 2).matmul(grad.clone()))));
            weights.push(Some(call.weights[1].like(grad.sum_dim(1))));
        }
        Cotangents { inputs: vec![input], weights }
    }
}

/// `[members, rows, n]`
fn by_member(value: &Real) -> Tensor<3> {
    value.ranked::<3>().swap_dims(0, 1)
}
