//! `conv_transpose3d`: the transpose of a convolution over time and place, as one over place whose channels are then added up along time.

use super::conv2d::{of_weights, wanted};
use super::frames::{Frames, as_stored, filters};
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::conv_transpose3d::ConvTranspose3d;
use crate::kernels::convolution::{Walk, conv_transpose2d, conv_transpose2d_gradients};
use crate::lower::{Real, Value, half};

impl Compute for ConvTranspose3d {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let (x, frames) = (call.x(), self.spread_over(call.x()));
        let seen = half::factor(pictures(&x.filled(0.0)), call.half);
        let weight = half::factor(filters(&call.weights[0]), call.half);
        let [height, width] = [3, 4].map(|axis| self.spread().places(x.shape()[axis]));
        let sizes = [seen.dims()[0], weight.dims()[1] * self.groups, height, width];
        let spread = half::product(conv_transpose2d(&seen, &weight, None, sizes, &self.walk()), call.half);
        let output = frames.added_up(spread, self.along_frames().places(x.shape()[1]));
        // A bias is added in 32 bits, once at each place.
        let output = match self.bias {
            true => {
                let channels = output.dims()[2];
                output + call.weights[1].flat().reshape([1, 1, channels, 1, 1])
            }
            false => output,
        };
        Value::Real(Real::new(output).with_extents(x.extents_after(|length| self.along_frames().places(length))))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl ConvTranspose3d {
    /// Of the convolution that it is the transpose of.
    fn walk(&self) -> Walk {
        let margin = [self.spread().margin(); 2];
        Walk { stride: [self.stride; 2], dilation: [self.dilation; 2], margin, groups: self.groups }
    }

    fn spread_over(&self, x: &Real) -> Frames {
        let (along, (rows, before)) = (self.along_frames(), (x.shape()[0], x.shape()[1]));
        Frames {
            rows,
            padded: along.places(before) + 2 * along.margin(),
            margin: along.margin(),
            seen: self.frames,
            stride: self.time_stride,
            dilation: self.time_dilation,
            groups: self.groups,
            after: before,
        }
    }
}

/// `[rows · frames, C, H, W]`
fn pictures(x: &Real) -> burn::tensor::Tensor<4> {
    let [rows, frames, channels, height, width] = x.ranked::<5>().dims();
    x.flat().reshape([rows * frames, channels, height, width])
}

impl Vjp for ConvTranspose3d {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, frames) = (call.x(), self.spread_over(call.x()));
        let [seen, weight, slopes] =
            [pictures(&x.filled(0.0)), filters(&call.weights[0]), frames.side_by_side(cotangent)]
                .map(|tensor| half::factor(tensor, call.half));
        let found = conv_transpose2d_gradients(&seen, &weight, &slopes, &self.walk(), wanted(call, false));
        let [back, kernel] =
            [found.pictures, found.weight].map(|gradient| gradient.map(|gradient| half::product(gradient, call.half)));
        let weights = of_weights(
            kernel.map(|kernel| as_stored(kernel, &call.weights[0])),
            self.bias.then_some(|| call.weights[1].like(cotangent.by_axis(2).sum_dim(2).sum_dim(0))),
        );
        Cotangents { inputs: vec![back.map(|back| x.like(back).filled(0.0))], weights }
    }
}
