//! `last_pool`: the last place of each row.

use burn::tensor::{IndexingUpdateOp, Int, Tensor, TensorData};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::last_pool::LastPool;
use crate::lower::{Real, Value};

impl Compute for LastPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        Value::Real(Real::new(x.by_last().select(0, last(x)) * some(x)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

fn lengths(x: &Real) -> Vec<usize> {
    x.extents().of(1).map_or_else(|| vec![x.shape()[1]; x.rows()], |lengths| lengths.to_vec())
}

/// Of each row the number of its last place, among the places of all rows.
fn last(x: &Real) -> Tensor<1, Int> {
    let places = x.shape()[1];
    let last = lengths(x).into_iter().enumerate().map(|(row, length)| (row * places + length.max(1) - 1) as i64);
    Tensor::from_data(TensorData::new(last.collect::<Vec<i64>>(), [x.rows()]), &x.device())
}

/// 1 for each row that has a place, `[rows, 1]`.
fn some(x: &Real) -> Tensor<2> {
    let some: Vec<f32> = lengths(x).into_iter().map(|length| f32::from(u8::from(length > 0))).collect();
    Tensor::from_data(TensorData::new(some, [x.rows(), 1]), &x.device())
}

impl Vjp for LastPool {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let zeros = x.by_last().zeros_like();
        let back = zeros.select_assign(0, last(x), cotangent.by_last() * some(x), IndexingUpdateOp::Add);
        Cotangents::input(x.like(back))
    }
}
