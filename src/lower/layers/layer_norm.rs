//! `layer_norm`: normalises along the last axis.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::layer_norm::LayerNorm;
use crate::kernels::layer_norm::{gradients, layer_norm};
use crate::lower::{Real, Value};

impl Compute for LayerNorm {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let [gain, bias] = [0, 1].map(|at| call.weights[at].flat());
        Value::Real(call.x().like(layer_norm(&call.x().by_last(), &gain, &bias, self.epsilon)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for LayerNorm {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let found = gradients(&x.by_last(), &call.weights[0].flat(), &cotangent.by_last(), self.epsilon);
        let weights = if call.wants_weights {
            [found.gain, found.bias].into_iter().map(|gradient| Some(Real::new(gradient))).collect()
        } else {
            Vec::new()
        };
        Cotangents { inputs: vec![call.wants_inputs[0].then(|| x.like(found.rows))], weights }
    }
}
