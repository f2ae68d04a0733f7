//! `rms_norm`: scales the features of each place.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::rms_norm::RmsNorm;
use crate::lower::{Real, Value};

impl RmsNorm {
    /// One over the root of the mean square of each place, `[places, 1]`.
    fn factor(&self, x: &Tensor<2>) -> Tensor<2> {
        (x.clone().square().mean_dim(1) + self.epsilon).sqrt().recip()
    }
}

impl Compute for RmsNorm {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().by_last();
        let factor = self.factor(&x);
        Value::Real(call.x().like(x * factor * call.weights[0].flat().unsqueeze::<2>()))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for RmsNorm {
    /// With x̂ = x·f: of the weight Σ g·x̂, of the input f·(g·w − x̂·mean(g·w·x̂)).
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, slopes) = (call.x().by_last(), cotangent.by_last());
        let factor = self.factor(&x);
        let normed = x * factor.clone();
        let weights = match call.wants_weights {
            true => vec![Some(Real::new((slopes.clone() * normed.clone()).sum_dim(0).flatten::<1>(0, 1)))],
            false => Vec::new(),
        };
        let scaled = slopes * call.weights[0].flat().unsqueeze::<2>();
        let back = (scaled.clone() - normed.clone() * (scaled * normed).mean_dim(1)) * factor;
        Cotangents { inputs: vec![call.wants_inputs[0].then(|| call.x().like(back))], weights }
    }
}
