//! `layer_norm`: normalises along the last axis.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::layer_norm::LayerNorm;
use crate::kernels::Kept;
use crate::kernels::layer_norm::{gradients, layer_norm, layer_norm_kept};
use crate::lower::{Real, Value};

impl Compute for LayerNorm {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let [gain, bias] = [0, 1].map(|at| call.weights[at].flat());
        let rows = call.x().by_last();
        let (output, kept) = match call.training {
            true => layer_norm_kept(&rows, &gain, &bias, self.epsilon),
            false => (layer_norm(&rows, &gain, &bias, self.epsilon), Kept::new()),
        };
        call.keep(kept);
        Value::Real(call.x().like(output))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for LayerNorm {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let x = call.x();
        let found = gradients(&x.by_last(), &call.weights[0].flat(), &cotangent.by_last(), self.epsilon, &call.kept());
        let weights = if call.wants_weights {
            [found.gain, found.bias].into_iter().map(|gradient| Some(Real::new(gradient))).collect()
        } else {
            Vec::new()
        };
        Cotangents { inputs: vec![call.wants_inputs[0].then(|| x.like(found.rows))], weights }
    }
}
