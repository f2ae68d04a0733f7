//! `low_rank`: a linear map of low rank, as an adapter beside a dense layer.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::low_rank::LowRank;
use crate::lower::{Real, Value, half};

impl LowRank {
    pub(crate) fn scale(&self) -> f64 {
        self.alpha / self.rank as f64
    }
}

impl Compute for LowRank {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let (down, up) = (call.weights[0].ranked::<2>(), call.weights[1].ranked::<2>());
        let mut shape = x.shape().to_vec();
        if let Some(last) = shape.last_mut() {
            *last = up.dims()[1];
        }
        let narrow = half::matmul(x.by_last(), down, call.half);
        let output = half::matmul(narrow.clone(), up, call.half) * self.scale();
        call.kept.push(Value::Real(Real::new(narrow)));
        Value::Real(Real::new(output).reshaped(shape))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for LowRank {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, grad) = (call.x(), cotangent.by_last() * self.scale());
        let (down, up) = (call.weights[0].ranked::<2>(), call.weights[1].ranked::<2>());
        let narrow = half::matmul(grad.clone(), up.transpose(), call.half);
        let back = call.wants_inputs[0].then(|| x.like(half::matmul(narrow.clone(), down.transpose(), call.half)));
        let mut weights = Vec::new();
        if call.wants_weights {
            let between = call.kept[0].real().by_last();
            weights.push(Some(Real::new(half::matmul(x.by_last().transpose(), narrow, call.half))));
            weights.push(Some(Real::new(half::matmul(between.transpose(), grad, call.half))));
        }
        Cotangents { inputs: vec![back], weights }
    }
}
