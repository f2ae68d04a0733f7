//! `max_pool`: the largest value of windows.

use burn::tensor::Tensor;

use super::passes::{Pass, passes, shape, with_places};
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::max_pool::MaxPool;
use crate::kernels::pooling::{Windows, max_pool2d, max_pool2d_gradient};
use crate::lower::{Index, Real, Value};

/// What is never the largest.
const LEAST: f32 = f32::MIN;

impl Compute for MaxPool {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let (x, ty) = (call.x().clone(), call.types[0]);
        let passes = passes(&self.windows(), ty, &x);
        let mut largest = x.filled(f64::from(LEAST)).flat();
        for pass in &passes {
            // Of two passes what the first has given is found again, and where it stood with it.
            let keeps = call.training && passes.len() == 1;
            let (output, kept) = max_pool2d(&seen(pass, largest), windows(pass), keeps);
            call.kept = kept.map(|places| Value::Index(Index::new(places))).into_iter().collect();
            largest = Real::new(output).flat();
        }
        if !x.extents().is_empty() {
            largest = largest.clone().mask_fill(largest.lower_equal_elem(f64::from(LEAST)), 0.0);
        }
        let output = Real::from_flat(largest, shape(ty, &x, &passes));
        Value::Real(with_places(output, &self.windows(), ty, &x))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for MaxPool {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let passes = passes(&self.windows(), call.types[0], x);
        let mut before = vec![x.filled(f64::from(LEAST)).flat()];
        for pass in &passes[..passes.len() - 1] {
            let largest = max_pool2d(&seen(pass, before[before.len() - 1].clone()), windows(pass), false).0;
            before.push(Real::new(largest).flat());
        }
        let (mut back, mut after) = (cotangent.flat(), call.y().flat());
        for (pass, before) in passes.iter().zip(before).rev() {
            let kept = call.kept.first().map(|places| places.index().ranked::<4>());
            let (output, around) = (pass.output(), seen(pass, before.clone()));
            let found =
                max_pool2d_gradient(&around, &after.reshape(output), kept, &back.reshape(output), windows(pass));
            back = Real::new(pass.within(found)).flat();
            after = before;
        }
        Cotangents::input(x.like(back).filled(0.0))
    }
}

/// What the windows walk over: the value and, around it, what is never the largest.
fn seen(pass: &Pass, x: Tensor<1>) -> Tensor<4> {
    pass.around(x.reshape(pass.view), f64::from(LEAST))
}

fn windows(pass: &Pass) -> Windows {
    Windows { kernel: pass.kernel(), stride: pass.stride() }
}
