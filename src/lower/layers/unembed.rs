//! `unembed`: how well each token fits, by the vectors that it is read by.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::unembed::Unembed;
use crate::lower::{Real, Value, half};

fn shared_out(width: usize) -> f64 {
    1.0 / (width.max(1) as f64).sqrt()
}

impl Compute for Unembed {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let (x, table) = (call.x(), &call.weights[0]);
        let mut shape = x.shape().to_vec();
        let fitting = half::of_rows(&table.ranked(), &x.by_last(), call.half) * shared_out(x.width());
        shape.pop();
        shape.push(table.rows());
        Value::Real(Real::new(fitting).reshaped(shape).with_extents(x.extents().clone()))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Unembed {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, table) = (call.x(), &call.weights[0]);
        let slopes = cotangent.by_last() * shared_out(x.width());
        let input = call.wants_inputs[0].then(|| x.like(half::dense(&slopes, &table.ranked(), None, call.half)));
        let weight = call.wants_weights.then(|| Some(Real::new(half::of_weight(&slopes, &x.by_last(), call.half))));
        // Of the second value it has the table alone.
        Cotangents { inputs: vec![input, None], weights: weight.into_iter().collect() }
    }
}
