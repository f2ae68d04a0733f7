//! `fuse`: values side by side, mapped to the width of one.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::fuse::Fuse;
use crate::lower::{Real, Value};

impl Compute for Fuse {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let axis = call.feature_axis();
        let mapped = joined(call.inputs, axis).matmul(matrix(&call.weights[0]));
        Value::Real(from_places(call.x(), mapped, axis))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    /// The root mean square of each value's matrix, as a share of all.
    fn report(&self, call: &Recorded<'_>) -> Option<Tensor<2>> {
        let weight = &call.weights[0];
        let norms = weight.by_rows().square().mean_dim(1).sqrt().reshape([1, weight.rows()]);
        Some(norms.clone() / norms.sum_dim(1).clamp_min(f64::from(f32::MIN_POSITIVE)))
    }
}

impl Vjp for Fuse {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let axis = call.feature_axis();
        let grad = by_places(cotangent, axis);
        let mut inputs = vec![None; call.inputs.len()];
        if call.wants_inputs.contains(&true) {
            let back = grad.clone().matmul(matrix(&call.weights[0]).transpose());
            let channels = grad.dims()[1];
            for (index, wanted) in call.wants_inputs.iter().enumerate() {
                let part = || from_places(cotangent, back.clone().narrow(1, index * channels, channels), axis);
                inputs[index] = wanted.then(part);
            }
        }
        let weights = match call.wants_weights {
            true => vec![Some(call.weights[0].like(joined(call.inputs, axis).transpose().matmul(grad)))],
            false => Vec::new(),
        };
        Cotangents { inputs, weights }
    }
}

/// `[values · channels, channels]`
fn matrix(weight: &Real) -> Tensor<2> {
    weight.by_last()
}

/// All values' channels at each place: `[places, values · channels]`.
fn joined(values: &[Value], axis: usize) -> Tensor<2> {
    Tensor::cat(values.iter().map(|value| by_places(value.real(), axis)).collect(), 1)
}

/// `[places, channels]`
fn by_places(value: &Real, axis: usize) -> Tensor<2> {
    if axis + 1 == value.rank() {
        return value.by_last();
    }
    let channels = value.shape()[axis];
    value.by_axis(axis).swap_dims(1, 2).reshape([value.elements() / channels.max(1), channels])
}

/// Back from [`by_places`], in the shape of a value.
fn from_places(like: &Real, places: Tensor<2>, axis: usize) -> Real {
    if axis + 1 == like.rank() {
        return like.like(places);
    }
    let [before, channels, after] = like.by_axis(axis).dims();
    like.like(places.reshape([before, after, channels]).swap_dims(1, 2))
}
