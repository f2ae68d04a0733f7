//! `group_norm`: normalises groups of channels of each row, and what it shares with `instance_norm`.

use burn::tensor::Tensor;

use super::batch_norm::by_channel;
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::group_norm::GroupNorm;
use crate::kernels::layer_norm::{gradients, layer_norm};
use crate::lower::{Real, Value};

impl Compute for GroupNorm {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        Value::Real(normalised(call.x(), call.weights, self.groups, self.epsilon))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for GroupNorm {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        pulled(call, cotangent, self.groups, self.epsilon)
    }
}

/// `[rows · groups, all of a group]`
fn by_group(x: &Real, groups: usize) -> Tensor<2> {
    let rows = x.rows() * groups;
    x.flat().reshape([rows, x.elements() / rows.max(1)])
}

/// A scale or a shift, for each channel, beside [`by_channel`].
fn of_channels(vector: &Real) -> Tensor<3> {
    vector.flat().reshape([1, vector.elements(), 1])
}

/// Each group to mean 0 and variance 1.
fn plain(x: &Real, groups: usize, epsilon: f64) -> Real {
    let rows = by_group(x, groups);
    let (ones, zeros) = no_affine(&rows);
    x.like(layer_norm(&rows, &ones, &zeros, epsilon))
}

fn no_affine(rows: &Tensor<2>) -> (Tensor<1>, Tensor<1>) {
    let [_, width] = rows.dims();
    (Tensor::ones([width], &rows.device()), Tensor::zeros([width], &rows.device()))
}

pub(super) fn normalised(x: &Real, weights: &[Real], groups: usize, epsilon: f64) -> Real {
    let normal = by_channel(&plain(x, groups, epsilon));
    x.like(normal * of_channels(&weights[0]) + of_channels(&weights[1]))
}

pub(super) fn pulled(call: &Recorded<'_>, cotangent: &Real, groups: usize, epsilon: f64) -> Cotangents {
    let x = call.x();
    let slopes = by_channel(cotangent);
    let mut weights = Vec::new();
    if call.wants_weights {
        let normal = by_channel(&plain(x, groups, epsilon));
        let of_channel = |values: Tensor<3>| call.weights[0].like(values.sum_dim(2).sum_dim(0));
        weights = vec![Some(of_channel(normal * slopes.clone())), Some(of_channel(slopes.clone()))];
    }
    let back = call.wants_inputs[0].then(|| {
        let rows = by_group(x, groups);
        let (ones, _) = no_affine(&rows);
        let slopes = by_group(&cotangent.like(slopes * of_channels(&call.weights[0])), groups);
        x.like(gradients(&rows, &ones, &slopes, epsilon, &Vec::new()).rows)
    });
    Cotangents { inputs: vec![back], weights }
}
