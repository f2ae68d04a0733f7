//! `conv3d`: a convolution over time and place, as one over place of neighbouring frames side by side.

use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};

use super::conv2d::wanted;
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::conv2d::places;
use crate::catalog::layers::conv3d::Conv3d;
use crate::kernels::convolution::{Walk, conv2d, conv2d_bias_gradient, conv2d_gradients};
use crate::lower::value::Lengths;
use crate::lower::{Real, Value, half};

impl Compute for Conv3d {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let frames = Frames::of(self, call.x());
        let bias = self.bias.then(|| half::factor(call.weights[1].flat(), call.half));
        let seen = half::factor(frames.side_by_side(call.x()), call.half);
        let output = conv2d(&seen, &half::factor(filters(&call.weights[0]), call.half), bias.as_ref(), &walk(self));
        let [_, channels, height, width] = output.dims();
        let output = Real::new(half::product(output, call.half));
        let output = output.reshaped(vec![frames.rows, frames.after, channels, height, width]);
        let lengths = call.x().extents().of(1).map(|lengths| {
            let left = lengths.iter().map(|length| frames.places(*length)).collect::<Vec<_>>();
            (1, Lengths::from(left))
        });
        Value::Real(output.with_extents(lengths.into_iter().collect()))
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
        let frames = Frames::of(self, call.x());
        let [_, _, channels, height, width] = cotangent.ranked::<5>().dims();
        let grad = cotangent.flat().reshape([frames.rows * frames.after, channels, height, width]);
        let [seen, weight, slopes] = [frames.side_by_side(call.x()), filters(&call.weights[0]), grad.clone()]
            .map(|tensor| half::factor(tensor, call.half));
        let found = conv2d_gradients(&seen, &weight, &slopes, &walk(self), wanted(call, self.bias));
        let [back, kernel] =
            [found.pictures, found.weight].map(|gradient| gradient.map(|gradient| half::product(gradient, call.half)));
        let mut weights = Vec::new();
        if let Some(kernel) = kernel {
            weights.push(Some(as_stored(kernel, &call.weights[0])));
            if self.bias {
                weights.push(Some(Real::new(found.bias.unwrap_or_else(|| conv2d_bias_gradient(&grad)))));
            }
        }
        Cotangents { inputs: vec![back.map(|back| frames.added_up(back, call.x()))], weights }
    }
}

fn walk(conv: &Conv3d) -> Walk {
    Walk { stride: [conv.stride; 2], dilation: [1; 2], margin: [conv.margin(); 2], groups: 1 }
}

/// `[channels, frames · C, kernel, kernel]` of `[channels, C, frames, kernel, kernel]`
fn filters(weight: &Real) -> Tensor<4> {
    let [channels, before, frames, kernel, _] = weight.ranked::<5>().dims();
    weight.ranked::<5>().permute([0, 2, 1, 3, 4]).reshape([channels, frames * before, kernel, kernel])
}

/// Undoes [`filters`].
fn as_stored(filters: Tensor<4>, weight: &Real) -> Real {
    let [channels, before, frames, kernel, _] = weight.ranked::<5>().dims();
    weight.like(filters.reshape([channels, frames, before, kernel, kernel]).permute([0, 2, 1, 3, 4]))
}

/// Which frames the filters see.
struct Frames {
    rows: usize,
    /// How many there are, with zeros before and behind.
    padded: usize,
    margin: usize,
    seen: usize,
    stride: usize,
    /// How many places come out.
    after: usize,
}

impl Frames {
    fn of(conv: &Conv3d, x: &Real) -> Self {
        let (rows, before) = (x.shape()[0], x.shape()[1]);
        let margin = conv.time_margin();
        // A batch of clips that are all too short still has a place, which is padding.
        let padded = (before + 2 * margin).max(conv.frames);
        let after = places(padded, conv.frames, conv.time_stride, 0);
        Self { rows, padded, margin, seen: conv.frames, stride: conv.time_stride, after }
    }

    /// How many places are left of a clip of so many frames.
    fn places(&self, frames: usize) -> usize {
        if frames == 0 { 0 } else { places(frames, self.seen, self.stride, self.margin) }
    }

    /// Where each place sees its frame number `tap`.
    fn at(&self, tap: usize, x: &Real) -> Tensor<1, Int> {
        let places: Vec<i64> = (0..self.after).map(|place| (place * self.stride + tap) as i64).collect();
        Tensor::from_data(TensorData::new(places, [self.after]), &x.device())
    }

    /// `[rows · places, frames · C, H, W]`
    fn side_by_side(&self, x: &Real) -> Tensor<4> {
        let [rows, before, channels, height, width] = x.ranked::<5>().dims();
        let size = channels * height * width;
        let zeros = |frames: usize| Tensor::<3>::zeros([rows, frames, size], &x.device());
        let mut parts = vec![x.filled(0.0).flat().reshape([rows, before, size])];
        if self.margin > 0 {
            parts.insert(0, zeros(self.margin));
        }
        if self.padded > before + self.margin {
            parts.push(zeros(self.padded - before - self.margin));
        }
        let padded = if parts.len() == 1 { parts.remove(0) } else { Tensor::cat(parts, 1) };
        let taps = (0..self.seen).map(|tap| padded.clone().select(1, self.at(tap, x)).unsqueeze_dim::<4>(2));
        let stacked = Tensor::cat(taps.collect(), 2);
        stacked.reshape([rows * self.after, self.seen * channels, height, width])
    }

    /// The cotangent of the clips, given that of [`Frames::side_by_side`].
    fn added_up(&self, back: Tensor<4>, x: &Real) -> Real {
        let [rows, before, channels, height, width] = x.ranked::<5>().dims();
        let size = channels * height * width;
        let taps = back.reshape([rows, self.after, self.seen, size]);
        let mut padded = Tensor::<3>::zeros([rows, self.padded, size], &x.device());
        for tap in 0..self.seen {
            let own = taps.clone().narrow(2, tap, 1).reshape([rows, self.after, size]);
            padded = padded.select_assign(1, self.at(tap, x), own, IndexingUpdateOp::Add);
        }
        x.like(padded.narrow(1, self.margin, before)).filled(0.0)
    }
}
