//! `feature_scale`: a factor per feature.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::feature_scale::FeatureScale;
use crate::lower::{Real, Value};

impl Compute for FeatureScale {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        Value::Real(x.like(x.by_last() * row(&call.weights[0])))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for FeatureScale {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, grad) = (call.x(), cotangent.by_last());
        let input = call.wants_inputs[0].then(|| x.like(grad.clone() * row(&call.weights[0])));
        let weights = if call.wants_weights {
            vec![Some(call.weights[0].like((grad * x.by_last()).sum_dim(0)))]
        } else {
            Vec::new()
        };
        Cotangents { inputs: vec![input], weights }
    }
}

fn row(factor: &Real) -> Tensor<2> {
    factor.flat().unsqueeze()
}
