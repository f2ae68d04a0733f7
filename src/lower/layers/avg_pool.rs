//! `avg_pool`: the mean of windows.

use burn::tensor::module;
use burn::tensor::ops::AvgPoolOptions;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::avg_pool::AvgPool;
use crate::lower::{Real, Value};

impl Compute for AvgPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let stride = self.stride.unwrap_or(self.kernel);
        let options = AvgPoolOptions::new([self.kernel; 2]).with_stride([stride; 2]);
        Value::Real(Real::new(module::avg_pool2d(call.x().ranked::<4>(), options)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for AvgPool {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let stride = self.stride.unwrap_or(self.kernel);
        let back = module::avg_pool2d_backward(
            call.x().ranked::<4>(),
            cotangent.ranked::<4>(),
            [self.kernel; 2],
            [stride; 2],
            [0; 2],
            true,
            false,
        );
        Cotangents::input(Real::new(back))
    }
}
