//! `layer_mix`: a learned average of values.

use burn::tensor::{Tensor, activation};

use super::branch::along;
use super::gate::through_softmax;
use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::layer_mix::LayerMix;
use crate::lower::{Real, Value};

impl Compute for LayerMix {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let factors = shares(&call.weights[0]) * call.weights[1].flat().unsqueeze::<2>();
        let factor = |index: usize| factors.clone().narrow(1, index, 1).reshape([1]);
        let mut sum = call.x().map(|value| value * factor(0));
        for (index, value) in call.inputs.iter().enumerate().skip(1) {
            sum = sum.zip(value.real(), |sum, value| sum + value * factor(index));
        }
        Value::Real(sum)
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    fn report(&self, call: &Recorded<'_>) -> Option<Tensor<2>> {
        Some(shares(&call.weights[0]))
    }
}

/// `[1, values]`
fn shares(weight: &Real) -> Tensor<2> {
    activation::softmax(weight.flat().unsqueeze::<2>(), 1)
}

impl Vjp for LayerMix {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let shares = shares(&call.weights[0]);
        let scale = call.weights[1].flat();
        let factors = shares.clone() * scale.clone().unsqueeze::<2>();
        let factor = |index: usize| factors.clone().narrow(1, index, 1).reshape([1]);
        let inputs = call.wants_inputs.iter().enumerate();
        let inputs = inputs.map(|(index, wanted)| wanted.then(|| cotangent.map(|grad| grad * factor(index)))).collect();
        let mut weights = Vec::new();
        if call.wants_weights {
            let along = along(call.inputs, cotangent);
            let for_scale = (shares.clone() * along.clone()).sum();
            let for_shares = through_softmax(shares, along) * scale.unsqueeze::<2>();
            weights = vec![Some(call.weights[0].like(for_shares)), Some(call.weights[1].like(for_scale))];
        }
        Cotangents { inputs, weights }
    }
}
