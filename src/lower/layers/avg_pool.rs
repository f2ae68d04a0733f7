//! `avg_pool`: the mean of windows.

use burn::tensor::ops::AvgPoolOptions;
use burn::tensor::{Tensor, module};

use super::passes::{passes, shape, with_places};
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::avg_pool::AvgPool;
use crate::lower::{Real, Value};

impl Compute for AvgPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let (x, ty) = (call.x(), call.types[0]);
        let passes = passes(&self.windows(), ty, x);
        let mut mean = x.filled(0.0).flat();
        for pass in &passes {
            let options = AvgPoolOptions::new(pass.kernel()).with_stride(pass.stride());
            let output = module::avg_pool2d(pass.around(mean.reshape(pass.view), 0.0), options);
            let output = match pass.seen(&output) {
                Some(seen) => output * seen,
                None => output,
            };
            mean = Real::new(output).flat();
        }
        let output = Real::from_flat(mean, shape(ty, x, &passes));
        Value::Real(with_places(output, &self.windows(), ty, x))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for AvgPool {
    fn reads_output(&self) -> bool {
        false
    }

    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let mut back = cotangent.flat();
        for pass in passes(&self.windows(), call.types[0], x).iter().rev() {
            let slopes = back.reshape(pass.output());
            let slopes = match pass.seen(&slopes) {
                Some(seen) => slopes * seen,
                None => slopes,
            };
            // Of what was seen only the size counts.
            let around = pass.around(Tensor::zeros(pass.view, &slopes.device()), 0.0);
            let found = module::avg_pool2d_backward(around, slopes, pass.kernel(), pass.stride(), [0; 2], true, false);
            back = Real::new(pass.within(found)).flat();
        }
        Cotangents::input(x.like(back).filled(0.0))
    }
}
