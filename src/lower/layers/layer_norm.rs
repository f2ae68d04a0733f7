//! `layer_norm`: normalises along the last axis.

use super::{Compute, Forward};
use crate::catalog::layers::layer_norm::LayerNorm;
use crate::lower::Value;

impl Compute for LayerNorm {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let rows = x.by_last();
        let centred = rows.clone() - rows.mean_dim(1);
        let variance = centred.clone().square().mean_dim(1);
        let normal = centred / (variance + self.epsilon).sqrt();
        let scaled = normal * call.weights[0].flat().unsqueeze::<2>() + call.weights[1].flat().unsqueeze::<2>();
        Value::Real(x.like(scaled))
    }
}
