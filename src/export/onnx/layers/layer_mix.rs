//! `layer_mix`: a sum by shares that do not depend on the row.

use super::{Call, Value, Write};
use crate::catalog::layers::layer_mix::LayerMix;

impl Write for LayerMix {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let logits = call.weights[0].values;
        let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let all: Vec<f64> = logits.iter().map(|logit| f64::from(logit - largest).exp()).collect();
        let scale = f64::from(*call.weights[1].values.first()?) / all.iter().sum::<f64>();
        let mut sum: Option<String> = None;
        for (value, share) in call.inputs.iter().zip(&all) {
            let part = call.scaled(&value.name, share * scale);
            sum = Some(match sum {
                Some(sum) => call.node("Add", &[&sum, &part]),
                None => part,
            });
        }
        Some(call.like(sum?))
    }
}
