//! `avg_pool`: the mean of windows.

use burn::tensor::module;
use burn::tensor::ops::AvgPoolOptions;

use super::conv2d::{as_it_was, windowed, with_sizes};
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::avg_pool::AvgPool;
use crate::catalog::layers::conv2d::places;
use crate::lower::{Real, Value};

impl Compute for AvgPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let stride = self.stride.unwrap_or(self.kernel);
        let options = AvgPoolOptions::new([self.kernel; 2]).with_stride([stride; 2]);
        let x = windowed(call.x(), self.kernel, 0).ranked::<4>();
        let output = Real::new(module::avg_pool2d(x, options));
        Value::Real(with_sizes(output, call.x(), |size| places(size, self.kernel, stride, 0)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for AvgPool {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let stride = self.stride.unwrap_or(self.kernel);
        let back = module::avg_pool2d_backward(
            windowed(call.x(), self.kernel, 0).ranked::<4>(),
            cotangent.ranked::<4>(),
            [self.kernel; 2],
            [stride; 2],
            [0; 2],
            true,
            false,
        );
        Cotangents::input(as_it_was(Real::new(back), call.x()))
    }
}
