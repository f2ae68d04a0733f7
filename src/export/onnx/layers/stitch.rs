//! `stitch`: each part of the channels is a sum of all parts of all values.

use super::{Call, Value, Write};
use crate::catalog::layers::stitch::Stitch;

impl Write for Stitch {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (axis, rank) = (call.feature_axis(), call.ty.rank());
        let parts = self.subspaces;
        let each = call.sizes[axis - 1] / parts;
        let mut sources = Vec::new();
        for input in call.inputs {
            for part in 0..parts {
                sources.push(match parts {
                    1 => input.name.clone(),
                    _ => call.narrow(&input.name, axis as i64, part * each, each),
                });
            }
        }
        let weight = call.weights[0].clone();
        let per = weight.values.len() / (parts * sources.len());
        let mut outputs = Vec::new();
        for part in 0..parts {
            let mut sum: Option<String> = None;
            for (source, value) in sources.iter().enumerate() {
                let factors = &weight.values[(part * sources.len() + source) * per..][..per];
                let shape: Vec<usize> = (0..rank).map(|place| if place == axis { per } else { 1 }).collect();
                let factors = call.graph.floats(&shape, factors);
                let scaled = call.node("Mul", &[value, &factors]);
                sum = Some(match sum {
                    Some(sum) => call.node("Add", &[&sum, &scaled]),
                    None => scaled,
                });
            }
            outputs.push(sum?);
        }
        let output = call.concat(&outputs, axis);
        Some(call.like(output))
    }
}
