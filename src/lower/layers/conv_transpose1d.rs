//! `conv_transpose1d`: the transpose of a convolution over time, as one of pictures of a single line.

use super::conv1d::{as_pictures, as_sequences, in_pictures};
use super::conv2d::{of_weights, wanted};
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::conv_transpose1d::ConvTranspose1d;
use crate::kernels::convolution::{Walk, conv_transpose2d, conv_transpose2d_gradients};
use crate::lower::{Real, Value, half};

impl Compute for ConvTranspose1d {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let seen = half::factor(as_pictures(x.filled(0.0).ranked()), call.half);
        let weight = half::factor(in_pictures(&call.weights[0]), call.half);
        let channels = weight.dims()[1] * self.groups;
        let sizes = [x.rows(), channels, 1, self.spread().places(x.shape()[1])];
        let spread = half::product(conv_transpose2d(&seen, &weight, None, sizes, &self.walk()), call.half);
        let output = as_sequences(spread);
        // A bias is added in 32 bits.
        let output = match self.bias {
            true => output + call.weights[1].flat().reshape([1, 1, channels]),
            false => output,
        };
        Value::Real(Real::new(output).with_extents(x.extents_after(|length| self.spread().places(length))))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl ConvTranspose1d {
    /// Of the convolution that it is the transpose of.
    fn walk(&self) -> Walk {
        let spread = self.spread();
        let (stride, dilation) = ([1, self.stride], [1, self.dilation]);
        Walk { stride, dilation, margin: [0, spread.margin()], groups: self.groups }
    }
}

impl Vjp for ConvTranspose1d {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let [seen, weight, slopes] =
            [as_pictures(x.filled(0.0).ranked()), in_pictures(&call.weights[0]), as_pictures(cotangent.ranked())]
                .map(|tensor| half::factor(tensor, call.half));
        let found = conv_transpose2d_gradients(&seen, &weight, &slopes, &self.walk(), wanted(call, false));
        let [back, kernel] =
            [found.pictures, found.weight].map(|gradient| gradient.map(|gradient| half::product(gradient, call.half)));
        let weights = of_weights(
            kernel.map(|kernel| call.weights[0].like(kernel)),
            self.bias.then_some(|| call.weights[1].like(cotangent.by_last().sum_dim(0))),
        );
        Cotangents { inputs: vec![back.map(|back| x.like(as_sequences(back)).filled(0.0))], weights }
    }
}
