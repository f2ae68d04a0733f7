//! `branch`: takes one of several values, drawn while training.

use burn::tensor::{Tensor, activation};

use super::gate::through_softmax;
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::branch::Branch;
use crate::lower::value::{to_host, total};
use crate::lower::{Real, Value};

impl Compute for Branch {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let mut logits = call.weights[0].to_host();
        if call.training {
            for (place, logit) in logits.iter_mut().enumerate() {
                // Gumbel noise: the largest sum is at k with probability softmax(w)ₖ.
                let uniform = call.draw.uniform(place as u64).max(f64::MIN_POSITIVE);
                *logit += (-(-uniform.ln()).ln()) as f32;
            }
        }
        let chosen = largest(&logits);
        let drawn = Real::from_host(logits.clone(), vec![1, logits.len()], call.device);
        call.kept = vec![Value::Real(drawn)];
        call.inputs[chosen].clone()
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    fn report(&self, call: &Recorded<'_>) -> Option<Tensor<2>> {
        Some(activation::softmax(call.weights[0].flat().unsqueeze::<2>(), 1))
    }
}

/// The first of the largest.
pub(crate) fn largest(values: &[f32]) -> usize {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    best
}

impl Vjp for Branch {
    /// Straight through: what flows is as if the output had been the sum of the values by softmax of what was drawn, but
    /// for the values themselves, of which only the chosen one was seen.
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let drawn = call.kept[0].real().by_rows();
        let chosen = largest(&to_host(drawn.clone()));
        let inputs = call.wants_inputs.iter().enumerate();
        let inputs = inputs.map(|(index, wanted)| (*wanted && index == chosen).then(|| cotangent.clone())).collect();
        let weights = match call.wants_weights {
            true => {
                let shares = activation::softmax(drawn / self.temperature, 1);
                let back = through_softmax(shares, along(call.inputs, cotangent)) / self.temperature;
                vec![Some(call.weights[0].like(back))]
            }
            false => Vec::new(),
        };
        Cotangents { inputs, weights }
    }
}

/// ⟨value, cotangent⟩ for each value: `[1, values]`.
pub(super) fn along(values: &[Value], cotangent: &Real) -> Tensor<2> {
    let along = |value: &Value| total(value.real().flat() * cotangent.flat()).reshape([1, 1]);
    Tensor::cat(values.iter().map(along).collect(), 1)
}
