//! `group_norm`: normalises groups of channels of each row, and what it shares with `instance_norm`.

use burn::tensor::Tensor;

use super::channels::Channels;
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::Type;
use crate::catalog::layers::group_norm::GroupNorm;
use crate::kernels::layer_norm::{gradients, layer_norm};
use crate::lower::{Real, Value};

impl Compute for GroupNorm {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        Value::Real(normalised(call.x(), call.types[0], call.weights, self.groups, self.epsilon))
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

/// Rows whose groups of channels are normalised, each over its own places.
struct Groups {
    channels: Channels,
    groups: usize,
    epsilon: f64,
    /// Which places of a group are the row's own, `[rows, groups, all of a group]`, and how many these are; `None` if all are.
    own: Option<[Tensor<3>; 2]>,
}

impl Groups {
    fn of(x: &Real, ty: &Type, groups: usize, epsilon: f64) -> Self {
        let channels = Channels::of(x, ty);
        let own = channels.mask(x).map(|mask| {
            let [rows, _, places] = mask.dims();
            let each = x.elements() / (rows * places).max(1) / groups;
            let own = mask.unsqueeze_dim::<4>(2).expand([rows, groups, each, places]);
            let own = own.reshape([rows, groups, each * places]);
            [own.clone(), own.sum_dim(2).clamp_min(1.0)]
        });
        Self { channels, groups, epsilon, own }
    }

    /// Each group to mean 0 and variance 1, and by what it was divided for that, where padding has been left out.
    fn normal(&self, x: &Tensor<3>) -> (Tensor<3>, Option<Tensor<3>>) {
        let Some([own, count]) = &self.own else {
            let rows = self.flat(x.clone());
            let (ones, zeros) = no_affine(&rows);
            return (layer_norm(&rows, &ones, &zeros, self.epsilon).reshape(x.dims()), None);
        };
        let grouped = x.clone().reshape(own.dims());
        let mean = grouped.clone().sum_dim(2) / count.clone();
        let centred = (grouped - mean) * own.clone();
        let deviation = (centred.clone().square().sum_dim(2) / count.clone() + self.epsilon).sqrt();
        ((centred / deviation.clone()).reshape(x.dims()), Some(deviation))
    }

    /// The cotangent of `x`, given that of what [`Groups::normal`] gives.
    fn back(&self, x: &Tensor<3>, slopes: Tensor<3>) -> Tensor<3> {
        let (Some([own, count]), (normal, Some(deviation))) = (&self.own, self.normal(x)) else {
            let (rows, slopes) = (self.flat(x.clone()), self.flat(slopes));
            let (ones, _) = no_affine(&rows);
            return gradients(&rows, &ones, &slopes, self.epsilon, &Vec::new()).rows.reshape(x.dims());
        };
        let [normal, slopes] = [normal, slopes].map(|tensor| tensor.reshape(own.dims()));
        let mean = |tensor: Tensor<3>| tensor.sum_dim(2) / count.clone();
        let along = normal.clone() * mean(slopes.clone() * normal);
        let left = slopes.clone() - mean(slopes) - along;
        (left * own.clone() / deviation).reshape(x.dims())
    }

    /// `[rows · groups, all of a group]`
    fn flat(&self, x: Tensor<3>) -> Tensor<2> {
        let [rows, channels, places] = x.dims();
        x.reshape([rows * self.groups, channels * places / self.groups])
    }
}

/// A scale or a shift, for each channel.
fn of_channels(vector: &Real) -> Tensor<3> {
    vector.flat().reshape([1, vector.elements(), 1])
}

fn no_affine(rows: &Tensor<2>) -> (Tensor<1>, Tensor<1>) {
    let [_, width] = rows.dims();
    (Tensor::ones([width], &rows.device()), Tensor::zeros([width], &rows.device()))
}

pub(super) fn normalised(x: &Real, ty: &Type, weights: &[Real], groups: usize, epsilon: f64) -> Real {
    let groups = Groups::of(x, ty, groups, epsilon);
    let (normal, _) = groups.normal(&groups.channels.of_rows(&x.filled(0.0)));
    groups.channels.rows_back(normal * of_channels(&weights[0]) + of_channels(&weights[1]), x)
}

pub(super) fn pulled(call: &Recorded<'_>, cotangent: &Real, groups: usize, epsilon: f64) -> Cotangents {
    let x = call.x();
    let groups = Groups::of(x, call.types[0], groups, epsilon);
    let (seen, slopes) = (groups.channels.of_rows(&x.filled(0.0)), groups.channels.of_rows(cotangent));
    let mut weights = Vec::new();
    if call.wants_weights {
        let (normal, _) = groups.normal(&seen);
        let of_channel = |values: Tensor<3>| call.weights[0].like(values.sum_dim(2).sum_dim(0));
        weights = vec![Some(of_channel(normal * slopes.clone())), Some(of_channel(slopes.clone()))];
    }
    let back = call.wants_inputs[0].then(|| {
        let back = groups.back(&seen, slopes * of_channels(&call.weights[0]));
        groups.channels.rows_back(back, x)
    });
    Cotangents { inputs: vec![back], weights }
}
