//! `first_pool`: the first place of each row.

use burn::tensor::Tensor;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::first_pool::FirstPool;
use crate::lower::{Real, Value};

impl Compute for FirstPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().filled(0.0);
        let (rows, width) = (x.rows(), x.width());
        Value::Real(Real::new(x.by_axis(1).narrow(1, 0, 1).reshape([rows, width])))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for FirstPool {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let [rows, places, width] = x.by_axis(1).dims();
        let first = cotangent.flat().reshape([rows, 1, width]);
        let others = Tensor::zeros([rows, places - 1, width], &x.device());
        let whole = if places > 1 { Tensor::cat(vec![first, others], 1) } else { first };
        // A row without places has padding there.
        Cotangents::input(x.like(whole).filled(0.0))
    }
}
