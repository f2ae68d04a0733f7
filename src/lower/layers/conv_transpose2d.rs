//! `conv_transpose2d`: the transpose of a convolution, which is the way back through one; and its own way back is that one forward.

use burn::tensor::Tensor;

use super::conv2d::{as_it_was, of_weights, wanted, with_sizes};
use super::{Affine, Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::LayerDef;
use crate::catalog::layers::conv_transpose2d::ConvTranspose2d;
use crate::kernels::convolution::{Walk, conv_transpose2d, conv_transpose2d_gradients, conv2d_bias_gradient};
use crate::lower::{Real, Value, half};

impl ConvTranspose2d {
    /// Of the convolution that it is the transpose of: from its output's picture to its input's.
    fn walk(&self) -> Walk {
        let margin = [self.spread().margin(); 2];
        Walk { stride: [self.stride; 2], dilation: [self.dilation; 2], margin, groups: self.groups }
    }
}

impl Compute for ConvTranspose2d {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let [x, weight] =
            [&call.x().filled(0.0), &call.weights[0]].map(|real| half::factor(real.ranked::<4>(), call.half));
        let ([rows, _, height, width], channels) = (x.dims(), weight.dims()[1] * self.groups);
        let sizes = [rows, channels, self.spread().places(height), self.spread().places(width)];
        // A bias is added in 32 bits.
        let bias = self.bias.then(|| call.weights[1].flat());
        let output = match call.half {
            false => conv_transpose2d(&x, &weight, bias.as_ref(), sizes, &self.walk()),
            true => {
                let spread = half::product(conv_transpose2d(&x, &weight, None, sizes, &self.walk()), true);
                bias.into_iter().fold(spread, |spread, bias| spread + bias.reshape([1, channels, 1, 1]))
            }
        };
        Value::Real(with_sizes(Real::new(output), call.x(), |size| self.spread().places(size)))
    }

    fn folded(&self, weights: &[Real], by: &Affine) -> Option<(LayerDef, Vec<Real>)> {
        // Of several groups the filters do not have all channels along an axis.
        if self.groups > 1 {
            return None;
        }
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
        let [x, weight, slopes] = [call.x().filled(0.0).ranked::<4>(), call.weights[0].ranked::<4>(), grad.clone()]
            .map(|tensor| half::factor(tensor, call.half));
        let found = conv_transpose2d_gradients(&x, &weight, &slopes, &self.walk(), wanted(call, self.bias));
        let [back, kernel] = [found.pictures, found.weight]
            .map(|gradient| gradient.map(|gradient| Real::new(half::product(gradient, call.half))));
        let weights = of_weights(
            kernel,
            self.bias.then_some(|| Real::new(found.bias.unwrap_or_else(|| conv2d_bias_gradient(&grad)))),
        );
        Cotangents { inputs: vec![back.map(|back| as_it_was(back, call.x()))], weights }
    }
}
