//! `union`: rows stacked.

use super::{Compute, Cotangents, Forward, Recorded, Vjp, join};
use crate::catalog::layers::union::Union;
use crate::lower::value::Lengths;
use crate::lower::{Real, Value};

impl Compute for Union {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        // Rows that are padded to the longest of their own are padded to the longest of all.
        let mut shape = call.inputs[0].shape().to_vec();
        for input in &call.inputs[1..] {
            shape.iter_mut().zip(input.shape()).for_each(|(size, own)| *size = (*size).max(*own));
        }
        let padded = call.inputs.iter().map(|input| match input {
            Value::Real(real) => Value::Real(real.padded_to(&shape)),
            Value::Index(index) => Value::Index(index.padded_to(&shape)),
        });
        let padded: Vec<Value> = padded.collect();
        let axes = call.ty.axes.iter().enumerate().skip(1).filter(|(_, axis)| axis.varies());
        let lengths = axes.map(|(axis, _)| {
            let all: Vec<usize> = call.inputs.iter().flat_map(|input| input.lengths(axis).to_vec()).collect();
            (axis, Lengths::from(all))
        });
        join(&padded, 0).with_extents(lengths.collect())
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for Union {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let mut start = 0;
        let whole = cotangent.by_axis(0);
        let mut inputs = Vec::with_capacity(call.inputs.len());
        for (input, wanted) in call.inputs.iter().zip(call.wants_inputs) {
            let rows = input.shape()[0];
            inputs.push(wanted.then(|| {
                let mut shape = cotangent.shape().to_vec();
                shape[0] = rows;
                Real::new(whole.clone().narrow(1, start, rows)).reshaped(shape).cut_to(input.shape())
            }));
            start += rows;
        }
        Cotangents { inputs, weights: Vec::new() }
    }
}
