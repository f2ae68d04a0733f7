//! `feature_scale`: a factor per feature.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::Type;
use crate::catalog::layers::feature_scale::FeatureScale;
use crate::lower::{Real, Value};

impl Compute for FeatureScale {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        Value::Real(x.like(by_feature(x, call.types[0]) * factors(&call.weights[0])))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for FeatureScale {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, ty) = (call.x(), call.types[0]);
        let grad = by_feature(cotangent, ty);
        let input = call.wants_inputs[0].then(|| x.like(grad.clone() * factors(&call.weights[0])));
        let mut weights = Vec::new();
        if call.wants_weights {
            let of_factors = (grad * by_feature(x, ty)).sum_dim(0).sum_dim(2);
            weights.push(Some(call.weights[0].like(of_factors)));
        }
        Cotangents { inputs: vec![input], weights }
    }
}

/// `[places, features, 1]`, or of pictures `[rows, channels, places]`
fn by_feature(x: &Real, ty: &Type) -> Tensor<3> {
    match ty.is_picture() {
        true => x.by_axis(1),
        false => x.by_last().unsqueeze_dim(2),
    }
}

fn factors(weight: &Real) -> Tensor<3> {
    weight.flat().reshape([1, weight.elements(), 1])
}
