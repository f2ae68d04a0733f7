//! `feature_tokens`: a vector per number, side by side as a sequence.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::feature_tokens::FeatureTokens;
use crate::lower::{Real, Value};

impl Compute for FeatureTokens {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().ranked::<2>();
        let rows = x.dims()[0];
        let tokens = x.unsqueeze_dim::<3>(2) * all_rows(&call.weights[0]) + all_rows(&call.weights[1]);
        let tokens = match call.weights.get(2) {
            Some(summary) => Tensor::cat(vec![tokens, all_rows(summary).expand([rows, 1, self.width])], 1),
            None => tokens,
        };
        Value::Real(Real::new(tokens))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for FeatureTokens {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x().ranked::<2>();
        let (numbers, grad) = (x.dims()[1], cotangent.ranked::<3>());
        let of_tokens = grad.clone().narrow(1, 0, numbers);
        let input =
            call.wants_inputs[0].then(|| call.x().like((of_tokens.clone() * all_rows(&call.weights[0])).sum_dim(2)));
        let mut weights = Vec::new();
        if call.wants_weights {
            let of_weight = (of_tokens.clone() * x.unsqueeze_dim::<3>(2)).sum_dim(0);
            weights = vec![Some(call.weights[0].like(of_weight)), Some(call.weights[1].like(of_tokens.sum_dim(0)))];
            if let Some(summary) = call.weights.get(2) {
                weights.push(Some(summary.like(grad.narrow(1, numbers, 1).sum_dim(0))));
            }
        }
        Cotangents { inputs: vec![input], weights }
    }
}

/// `[1, places, width]`
fn all_rows(weight: &Real) -> Tensor<3> {
    weight.ranked::<2>().unsqueeze()
}
