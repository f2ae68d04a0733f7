//! `multiply`: the product of values, number by number.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::multiply::Multiply;
use crate::kernels::pointwise::products;
use crate::lower::{Real, Value};

impl Compute for Multiply {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let mut product = call.x().clone();
        for (place, other) in call.inputs.iter().enumerate().skip(1) {
            let last = place + 1 == call.inputs.len();
            product = product.zip(other.real(), |a, b| products(a, b, call.then.filter(|_| last)));
        }
        Value::Real(product)
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Multiply {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        // Each factor's slope is the product of the others; dividing the product by the factor would fail at zero.
        let of = |index: usize| {
            let others = call.inputs.iter().enumerate().filter(|(other, _)| *other != index);
            others.fold(cotangent.clone(), |product, (_, other)| product.zip(other.real(), |a, b| a * b))
        };
        Cotangents {
            inputs: call.wants_inputs.iter().enumerate().map(|(index, wanted)| wanted.then(|| of(index))).collect(),
            weights: Vec::new(),
        }
    }
}
