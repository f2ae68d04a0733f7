//! `conv_transpose2d`: the transpose of a convolution, which is the way back through one; and its own way back is that one forward.

use burn::tensor::Tensor;

use super::conv2d::wanted;
use super::{Affine, Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::LayerDef;
use crate::catalog::layers::conv_transpose2d::ConvTranspose2d;
use crate::kernels::convolution::{Walk, conv_transpose2d, conv_transpose2d_gradients, conv2d_bias_gradient};
use crate::lower::{Real, Value, half};

impl ConvTranspose2d {
    /// Of the convolution that it is the transpose of: from its output's picture to its input's.
    fn walk(&self) -> Walk {
        Walk { stride: [self.stride; 2], dilation: [1; 2], margin: [self.margin(); 2], groups: 1 }
    }
}

impl Compute for ConvTranspose2d {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let [x, weight] = [call.x(), &call.weights[0]].map(|real| half::factor(real.ranked::<4>(), call.half));
        let ([rows, _, height, width], [_, channels, ..]) = (x.dims(), weight.dims());
        let size = |size: usize| (size - 1) * self.stride + self.kernel - 2 * self.margin();
        let sizes = [rows, channels, size(height), size(width)];
        // A bias is added in 32 bits.
        let bias = self.bias.then(|| call.weights[1].flat());
        let output = match call.half {
            false => conv_transpose2d(&x, &weight, bias.as_ref(), sizes, &self.walk()),
            true => {
                let spread = half::product(conv_transpose2d(&x, &weight, None, sizes, &self.walk()), true);
                bias.into_iter().fold(spread, |spread, bias| spread + bias.reshape([1, channels, 1, 1]))
            }
        };
        Value::Real(Real::new(output))
    }

    fn folded(&self, weights: &[Real], by: &Affine) -> Option<(LayerDef, Vec<Real>)> {
        let def = LayerDef::ConvTranspose2d(ConvTranspose2d { bias: true, ..self.clone() });
        Some((def, by.folded_into(&weights[0], 1, weights.get(1))))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for ConvTranspose2d {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let grad: Tensor<4> = cotangent.ranked();
        let [x, weight, slopes] = [call.x().ranked::<4>(), call.weights[0].ranked::<4>(), grad.clone()]
            .map(|tensor| half::factor(tensor, call.half));
        let found = conv_transpose2d_gradients(&x, &weight, &slopes, &self.walk(), wanted(call, self.bias));
        let [back, kernel] = [found.pictures, found.weight]
            .map(|gradient| gradient.map(|gradient| Real::new(half::product(gradient, call.half))));
        let mut weights = Vec::new();
        if call.wants_weights {
            weights.push(kernel);
            if self.bias {
                weights.push(Some(Real::new(found.bias.unwrap_or_else(|| conv2d_bias_gradient(&grad)))));
            }
        }
        Cotangents { inputs: vec![back], weights }
    }
}
