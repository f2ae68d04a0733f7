//! `max_pool`: the largest value of windows.

use super::conv2d::{as_it_was, windowed, with_sizes};
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::conv2d::places;
use crate::catalog::layers::max_pool::MaxPool;
use crate::kernels::pooling::{Windows, max_pool2d, max_pool2d_gradient};
use crate::lower::{Index, Real, Value};

impl Compute for MaxPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let (x, windows) = (windowed(call.x(), self.kernel, 0), windows(self));
        let (output, kept) = max_pool2d(&x.ranked::<4>(), windows, call.training);
        call.kept = kept.map(|places| Value::Index(Index::new(places))).into_iter().collect();
        Value::Real(with_sizes(Real::new(output), call.x(), |size| places(size, self.kernel, windows.stride, 0)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for MaxPool {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let kept = call.kept.first().map(|places| places.index().ranked::<4>());
        let (x, y) = (windowed(call.x(), self.kernel, 0).ranked::<4>(), call.y().ranked::<4>());
        let back = Real::new(max_pool2d_gradient(&x, &y, kept, &cotangent.ranked::<4>(), windows(self)));
        Cotangents::input(as_it_was(back, call.x()))
    }
}

fn windows(pool: &MaxPool) -> Windows {
    Windows { kernel: pool.kernel, stride: pool.stride.unwrap_or(pool.kernel) }
}
