//! `substitute`: what stands in for an input that a row lacks.

use super::{Call, Value, Write};
use crate::catalog::layers::substitute::{Missing, Substitute};
use crate::export::onnx::messages::Elements;

impl Write for Substitute {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let rank = call.ty.rank();
        // Along an axis that differs from row to row one number stands for all places.
        let shape: Vec<usize> =
            std::iter::once(1).chain(call.sizes.iter().map(|size| if *size == 0 { 1 } else { *size })).collect();
        let other = match self.by {
            Missing::Zero => call.graph.float(0.0),
            Missing::Learned => call.shaped(0, &shape),
        };
        let present = call.inputs[1].name.clone();
        let mut present = call.graph.cast(&present, Elements::Bool);
        for axis in 1..rank {
            present = call.unsqueeze(&present, axis as i64);
        }
        let output = call.node("Where", &[&present, &call.x(), &other]);
        Some(call.like(output))
    }
}
