//! `gate`: a softmax of a linear map.

use burn::tensor::{Tensor, activation};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::gate::Gate;
use crate::lower::{Real, Value};

impl Compute for Gate {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let logits = call.x().by_rows().matmul(call.weights[0].ranked::<2>());
        Value::Real(Real::new(activation::softmax(logits, 1)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    fn report(&self, call: &Recorded<'_>) -> Option<Tensor<2>> {
        Some(call.y().by_rows())
    }
}

impl Vjp for Gate {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let back = through_softmax(call.y().by_rows(), cotangent.by_rows());
        let x = call.x();
        let inputs =
            call.wants_inputs[0].then(|| x.like(back.clone().matmul(call.weights[0].ranked::<2>().transpose())));
        let weights = match call.wants_weights {
            true => vec![Some(Real::new(x.by_rows().transpose().matmul(back)))],
            false => Vec::new(),
        };
        Cotangents { inputs: vec![inputs], weights }
    }
}

/// The cotangent of logits, given that of their softmax along the last axis.
pub(super) fn through_softmax(shares: Tensor<2>, cotangent: Tensor<2>) -> Tensor<2> {
    let mean = (shares.clone() * cotangent.clone()).sum_dim(1);
    shares * (cotangent - mean)
}
