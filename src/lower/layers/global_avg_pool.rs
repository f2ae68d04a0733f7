//! `global_avg_pool`: the mean of each channel.

use burn::tensor::{Tensor, TensorData};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::Type;
use crate::catalog::layers::global_avg_pool::GlobalAvgPool;
use crate::lower::{Real, Value};

impl Compute for GlobalAvgPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let (axis, shape) = by_channels(x, call.types[0]);
        let mean = match counts(x) {
            Some(counts) => x.filled(0.0).flat().reshape(shape).sum_dim(axis) / counts,
            None => x.flat().reshape(shape).mean_dim(axis),
        };
        Value::Real(Real::new(mean).reshaped(vec![x.rows(), shape[3 - axis]]))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

/// A picture as `[rows, channels, places]` and a sequence as `[rows, places, features]`, and which axis the places are.
pub(super) fn by_channels(x: &Real, ty: &Type) -> (usize, [usize; 3]) {
    let (rows, rest) = (x.rows(), x.elements() / x.rows().max(1));
    match ty.is_sequence() {
        true => (1, [rows, rest / x.width().max(1), x.width()]),
        false => (2, [rows, x.shape()[1], rest / x.shape()[1].max(1)]),
    }
}

/// How many places each row has, at least one; `None` if all have as many.
fn counts(x: &Real) -> Option<Tensor<3>> {
    let axes: Vec<usize> = x.extents().axes().collect();
    if axes.is_empty() {
        return None;
    }
    let of = |row: usize| axes.iter().filter_map(|axis| x.extents().of(*axis)).map(|lengths| lengths[row]).product();
    // Of pictures one side may be fixed; of a sequence nothing but its length counts.
    let fixed: usize = match x.rank() {
        4 => (2..4).filter(|axis| !axes.contains(axis)).map(|axis| x.shape()[axis]).product(),
        _ => 1,
    };
    let counts: Vec<f32> = (0..x.rows()).map(|row| (fixed * usize::max(of(row), 1)) as f32).collect();
    let rows = counts.len();
    Some(Tensor::from_data(TensorData::new(counts, [rows, 1, 1]), &x.device()))
}

impl Vjp for GlobalAvgPool {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let (axis, shape) = by_channels(x, call.types[0]);
        let mut one = shape;
        one[axis] = 1;
        let grad = cotangent.flat().reshape(one);
        let share = match counts(x) {
            Some(counts) => grad / counts,
            None => grad / shape[axis] as f64,
        };
        Cotangents::input(x.like(share.expand(shape)).filled(0.0))
    }
}
