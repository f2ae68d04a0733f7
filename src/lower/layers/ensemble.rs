//! `ensemble`: each row once per member, by the member's factors.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::ensemble::Ensemble;
use crate::lower::{Real, Value};

impl Compute for Ensemble {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let rows: Tensor<3> = call.x().ranked::<2>().unsqueeze_dim(1);
        Value::Real(Real::new(rows * factors(&call.weights[0])))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Ensemble {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let grad = cotangent.ranked::<3>();
        let input = call.wants_inputs[0].then(|| call.x().like((grad.clone() * factors(&call.weights[0])).sum_dim(1)));
        let mut weights = Vec::new();
        if call.wants_weights {
            let rows: Tensor<3> = call.x().ranked::<2>().unsqueeze_dim(1);
            weights.push(Some(call.weights[0].like((grad * rows).sum_dim(0))));
        }
        Cotangents { inputs: vec![input], weights }
    }
}

/// `[1, members, n]`
fn factors(factor: &Real) -> Tensor<3> {
    factor.ranked::<2>().unsqueeze()
}
