//! `concat`: values side by side; a vector stands at every place of a sequence beside it.

use super::{Compute, Cotangents, Forward, Recorded, Vjp, cut, join};
use crate::catalog::layers::concat::Concat;
use crate::lower::{Real, Value};

impl Compute for Concat {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        match places(call.inputs, call.ty.rank()) {
            None => join(call.inputs, call.feature_axis()),
            Some(time) => join(&spread(call.inputs, time), call.feature_axis()),
        }
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

/// How many places vectors are to be spread over; `None` if there are no vectors beside sequences.
fn places(inputs: &[Value], rank: usize) -> Option<usize> {
    let sequence = inputs.iter().find(|input| input.shape().len() == rank)?;
    inputs.iter().any(|input| input.shape().len() < rank).then(|| sequence.shape()[1])
}

fn spread(inputs: &[Value], time: usize) -> Vec<Value> {
    let of = |input: &Value| match input.shape() {
        [rows, width] => {
            let spread = input.real().flat().reshape([*rows, 1, *width]).expand([*rows, time, *width]);
            Value::Real(Real::new(spread))
        }
        _ => input.clone(),
    };
    inputs.iter().map(of).collect()
}

impl Vjp for Concat {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let axis = call.feature_axis();
        let Some(time) = places(call.inputs, call.ty.rank()) else {
            let inputs = cut(cotangent, call.inputs, call.wants_inputs, axis);
            return Cotangents { inputs, weights: Vec::new() };
        };
        let parts = cut(cotangent, &spread(call.inputs, time), call.wants_inputs, axis);
        let summed = |(part, input): (Option<Real>, &Value)| {
            let part = part?;
            let vector = input.shape().len() == 2;
            Some(if vector { input.real().like(part.by_axis(1).sum_dim(1)) } else { part })
        };
        Cotangents { inputs: parts.into_iter().zip(call.inputs).map(summed).collect(), weights: Vec::new() }
    }
}
