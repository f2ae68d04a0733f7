//! `max_pool`: the largest value of windows.

use burn::tensor::module;
use burn::tensor::ops::MaxPoolOptions;

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::max_pool::MaxPool;
use crate::lower::{Index, Real, Value};

impl Compute for MaxPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let stride = self.stride.unwrap_or(self.kernel);
        let options = MaxPoolOptions::new([self.kernel; 2]).with_stride([stride; 2]);
        let x = call.x().ranked::<4>();
        if !call.training {
            return Value::Real(Real::new(module::max_pool2d(x, options)));
        }
        let (output, places) = module::max_pool2d_with_indices(x, options);
        call.kept = vec![Value::Index(Index::new(places))];
        Value::Real(Real::new(output))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for MaxPool {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let stride = self.stride.unwrap_or(self.kernel);
        let back = module::max_pool2d_with_indices_backward(
            call.x().ranked::<4>(),
            [self.kernel; 2],
            [stride; 2],
            [0; 2],
            [1; 2],
            false,
            cotangent.ranked::<4>(),
            call.kept[0].index().ranked::<4>(),
        );
        Cotangents::input(Real::new(back))
    }
}
