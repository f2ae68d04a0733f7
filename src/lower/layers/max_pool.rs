//! `max_pool`: the largest value of windows.

use burn::tensor::Tensor;

use super::conv2d::{as_it_was, windowed, with_sizes};
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::conv2d::places;
use crate::catalog::layers::max_pool::MaxPool;
use crate::kernels::pooling::{Windows, max_pool2d, max_pool2d_gradient};
use crate::lower::{Index, Real, Value};

impl Compute for MaxPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let windows = windows(self);
        let (output, kept) = max_pool2d(&seen(self, call.x()), windows, call.training);
        call.kept = kept.map(|places| Value::Index(Index::new(places))).into_iter().collect();
        Value::Real(with_sizes(Real::new(output), call.x(), |size| {
            places(size, self.kernel, windows.stride, self.margin())
        }))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for MaxPool {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let kept = call.kept.first().map(|places| places.index().ranked::<4>());
        let (x, y, margin) = (seen(self, call.x()), call.y().ranked::<4>(), self.margin());
        let back = max_pool2d_gradient(&x, &y, kept, &cotangent.ranked::<4>(), windows(self));
        let [_, _, height, width] = x.dims();
        let inner = back.narrow(2, margin, height - 2 * margin).narrow(3, margin, width - 2 * margin);
        Cotangents::input(as_it_was(Real::new(inner), call.x()))
    }
}

/// What the windows walk over: the pictures and, around them, what is never the largest.
fn seen(pool: &MaxPool, x: &Real) -> Tensor<4> {
    let margin = pool.margin();
    if margin == 0 {
        return windowed(x, pool.kernel, 0).ranked::<4>();
    }
    let least = f64::from(f32::MIN);
    let x = x.filled(least).ranked::<4>();
    let around = |x: Tensor<4>, axis: usize| {
        let mut shape = x.dims();
        shape[axis] = margin;
        let edge = Tensor::full(shape, least, &x.device());
        Tensor::cat(vec![edge.clone(), x, edge], axis)
    };
    around(around(x, 2), 3)
}

fn windows(pool: &MaxPool) -> Windows {
    Windows { kernel: pool.kernel, stride: pool.stride.unwrap_or(pool.kernel) }
}
