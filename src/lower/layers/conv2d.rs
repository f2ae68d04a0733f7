//! `conv2d`: a convolution.

use burn::tensor::module;
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::conv2d::Conv2d;
use crate::lower::{Real, Value, half};

impl Compute for Conv2d {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let bias = self.bias.then(|| half::factor(call.weights[1].flat(), call.half));
        let x = half::factor(call.x().ranked::<4>(), call.half);
        let weight = half::factor(call.weights[0].ranked::<4>(), call.half);
        Value::Real(Real::new(half::product(module::conv2d(x, weight, bias, options(self)), call.half)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Conv2d {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, weight, grad) = (call.x(), &call.weights[0], cotangent.ranked::<4>());
        let factor = half::factor(grad.clone(), call.half);
        let back = call.wants_inputs[0].then(|| {
            // What the windows did not reach at the far end.
            let rest = |axis: usize| {
                let reached = (cotangent.shape()[axis] - 1) * self.stride + self.dilation * (self.kernel - 1) + 1;
                (x.shape()[axis] + 2 * self.margin()).saturating_sub(reached)
            };
            let options = ConvTransposeOptions::new(
                [self.stride; 2],
                [self.margin(); 2],
                [rest(2), rest(3)],
                [self.dilation; 2],
                1,
            );
            let kernel = half::factor(weight.ranked::<4>(), call.half);
            Real::new(half::product(module::conv_transpose2d(factor.clone(), kernel, None, options), call.half))
        });
        let mut weights = Vec::new();
        if call.wants_weights {
            let kernel = module::conv2d_weight_backward(
                half::factor(x.ranked::<4>(), call.half),
                half::factor(weight.ranked::<4>(), call.half),
                factor,
                options(self),
            );
            weights.push(Some(Real::new(half::product(kernel, call.half))));
            if self.bias {
                let [rows, channels, height, width] = grad.dims();
                let sum = grad.reshape([rows, channels, height * width]).sum_dim(2).sum_dim(0);
                weights.push(Some(call.weights[1].like(sum)));
            }
        }
        Cotangents { inputs: vec![back], weights }
    }
}

fn options(conv: &Conv2d) -> ConvOptions<2> {
    ConvOptions::new([conv.stride; 2], [conv.margin(); 2], [conv.dilation; 2], 1)
}
