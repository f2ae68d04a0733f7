//! `conv3d`: a convolution over time and place, as one over place of neighbouring frames side by side.

use super::conv2d::{of_weights, wanted};
use super::frames::{Frames, as_stored, filters};
use super::{Affine, Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::LayerDef;
use crate::catalog::layers::conv2d::places;
use crate::catalog::layers::conv3d::Conv3d;
use crate::kernels::convolution::{Walk, conv2d, conv2d_bias_gradient, conv2d_gradients};
use crate::lower::{Real, Value, half};

impl Compute for Conv3d {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let frames = self.seen(call.x());
        let bias = self.bias.then(|| half::factor(call.weights[1].flat(), call.half));
        let seen = half::factor(frames.side_by_side(&call.x().filled(0.0)), call.half);
        let output = conv2d(&seen, &half::factor(filters(&call.weights[0]), call.half), bias.as_ref(), &walk(self));
        let [_, channels, height, width] = output.dims();
        let output = Real::new(half::product(output, call.half));
        let output = output.reshaped(vec![frames.rows, frames.after, channels, height, width]);
        Value::Real(output.with_extents(call.x().extents_after(|length| self.places(length))))
    }

    fn folded(&self, weights: &[Real], by: &Affine) -> Option<(LayerDef, Vec<Real>)> {
        let def = LayerDef::Conv3d(Conv3d { bias: true, ..self.clone() });
        Some((def, by.folded_into(&weights[0], 0, weights.get(1))))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Conv3d {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, frames) = (call.x(), self.seen(call.x()));
        let [_, _, channels, height, width] = cotangent.ranked::<5>().dims();
        let grad = cotangent.flat().reshape([frames.rows * frames.after, channels, height, width]);
        let [seen, weight, slopes] = [frames.side_by_side(&x.filled(0.0)), filters(&call.weights[0]), grad.clone()]
            .map(|tensor| half::factor(tensor, call.half));
        let found = conv2d_gradients(&seen, &weight, &slopes, &walk(self), wanted(call, self.bias));
        let [back, kernel] =
            [found.pictures, found.weight].map(|gradient| gradient.map(|gradient| half::product(gradient, call.half)));
        let weights = of_weights(
            kernel.map(|kernel| as_stored(kernel, &call.weights[0])),
            self.bias.then_some(|| Real::new(found.bias.unwrap_or_else(|| conv2d_bias_gradient(&grad)))),
        );
        let back = back.map(|back| x.like(frames.added_up(back, x.shape()[1])).filled(0.0));
        Cotangents { inputs: vec![back], weights }
    }
}

impl Conv3d {
    fn seen(&self, x: &Real) -> Frames {
        let (rows, before) = (x.shape()[0], x.shape()[1]);
        let margin = self.time_margin();
        // A batch of clips that are all too short still has a place, which is padding.
        let padded = (before + 2 * margin).max(self.time_extent());
        let after = places(padded, self.time_extent(), self.time_stride, 0);
        let (stride, dilation) = (self.time_stride, self.time_dilation);
        Frames { rows, padded, margin, seen: self.frames, stride, dilation, groups: self.groups, after }
    }

    /// How many places are left of a clip of so many frames.
    fn places(&self, frames: usize) -> usize {
        match frames {
            0 => 0,
            frames => places(frames, self.time_extent(), self.time_stride, self.time_margin()),
        }
    }
}

fn walk(conv: &Conv3d) -> Walk {
    Walk { stride: [conv.stride; 2], dilation: [conv.dilation; 2], margin: [conv.margin(); 2], groups: conv.groups }
}
