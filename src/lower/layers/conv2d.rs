//! `conv2d`: a convolution.

use burn::tensor::module;
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::conv2d::Conv2d;
use crate::lower::{Real, Value};

impl Compute for Conv2d {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let bias = self.bias.then(|| call.weights[1].flat());
        let output = module::conv2d(call.x().ranked::<4>(), call.weights[0].ranked::<4>(), bias, options(self));
        Value::Real(Real::new(output))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Conv2d {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, weight, grad) = (call.x(), &call.weights[0], cotangent.ranked::<4>());
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
            Real::new(module::conv_transpose2d(grad.clone(), weight.ranked::<4>(), None, options))
        });
        let mut weights = Vec::new();
        if call.wants_weights {
            let kernel = module::conv2d_weight_backward(
                x.ranked::<4>(),
                weight.ranked::<4>(),
                grad.clone(),
                options(self),
            );
            weights.push(Some(Real::new(kernel)));
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
