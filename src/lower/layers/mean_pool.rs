//! `mean_pool`: the mean over time, padding left out.

use burn::tensor::{Tensor, TensorData};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::mean_pool::MeanPool;
use crate::catalog::{Axis, Type};
use crate::lower::{Real, Value};

impl Compute for MeanPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let (x, time) = (call.x(), time(call.types[0]));
        let mean = match counts(x, time) {
            Some(counts) => x.filled(0.0).by_axis(time).sum_dim(1) / counts,
            None => x.by_axis(time).mean_dim(1),
        };
        let mut shape = x.shape().to_vec();
        shape.remove(time);
        Value::Real(Real::new(mean).reshaped(shape))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

fn time(input: &Type) -> usize {
    input.axis(Axis::TIME).unwrap_or(1)
}

/// How many places each row has, at least one: `[places before, 1, 1]`; `None` if all have as many.
fn counts(x: &Real, time: usize) -> Option<Tensor<3>> {
    let lengths = x.extents().of(time)?;
    let before = x.shape()[1..time].iter().product::<usize>();
    let counts: Vec<f32> =
        lengths.iter().flat_map(|length| std::iter::repeat_n((*length).max(1) as f32, before)).collect();
    let rows = counts.len();
    Some(Tensor::from_data(TensorData::new(counts, [rows, 1, 1]), &x.device()))
}

impl Vjp for MeanPool {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, time) = (call.x(), time(call.types[0]));
        let [before, places, after] = x.by_axis(time).dims();
        let grad = cotangent.flat().reshape([before, 1, after]);
        let share = match counts(x, time) {
            Some(counts) => grad / counts,
            None => grad / places as f64,
        };
        Cotangents::input(x.like(share.expand([before, places, after])).filled(0.0))
    }
}
