//! `max_pool`: the largest value of windows.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::max_pool::MaxPool;
use crate::kernels::pooling::{Windows, max_pool2d, max_pool2d_gradient};
use crate::lower::{Index, Real, Value};

impl Compute for MaxPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let (output, places) = max_pool2d(&call.x().ranked::<4>(), windows(self), call.training);
        call.kept = places.map(|places| Value::Index(Index::new(places))).into_iter().collect();
        Value::Real(Real::new(output))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for MaxPool {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let places = call.kept.first().map(|places| places.index().ranked::<4>());
        let [x, y] = [call.x(), call.y()].map(Real::ranked::<4>);
        Cotangents::input(Real::new(max_pool2d_gradient(&x, &y, places, &cotangent.ranked::<4>(), windows(self))))
    }
}

fn windows(pool: &MaxPool) -> Windows {
    Windows { kernel: pool.kernel, stride: pool.stride.unwrap_or(pool.kernel) }
}
