//! `mask`: lets a part of each element through.

use burn::tensor::{Tensor, activation};

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::mask::Mask;
use crate::lower::{Real, Value};

impl Compute for Mask {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        Value::Real(call.x().zip(call.inputs[1].real(), |value, logits| value * activation::sigmoid(logits)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }

    /// How much of each row is let through.
    fn report(&self, call: &Recorded<'_>) -> Option<Tensor<2>> {
        Some(call.inputs[1].real().map(activation::sigmoid).mean_by_row())
    }
}

impl Vjp for Mask {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let open = call.inputs[1].real().map(activation::sigmoid);
        let for_value = call.wants_inputs[0].then(|| cotangent.zip(&open, |grad, open| grad * open));
        let for_logits = call.wants_inputs[1].then(|| {
            let slope = open.map(|open| open.clone() * (open * -1.0 + 1.0));
            cotangent.zip(call.x(), |grad, value| grad * value).zip(&slope, |grad, slope| grad * slope)
        });
        Cotangents { inputs: vec![for_value, for_logits], weights: Vec::new() }
    }
}
