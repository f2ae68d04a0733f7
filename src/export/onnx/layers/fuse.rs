//! `fuse`: channels of all values side by side, mapped to those of one.

use super::{Call, Value, Write};
use crate::catalog::layers::fuse::Fuse;

impl Write for Fuse {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (axis, rank) = (call.feature_axis(), call.ty.rank());
        let names: Vec<String> = call.inputs.iter().map(|input| input.name.clone()).collect();
        let mut joined = call.concat(&names, axis);
        // Channels last, and back.
        let last: Vec<usize> = (0..rank).filter(|place| *place != axis).chain([axis]).collect();
        let back: Vec<usize> = (0..rank).filter_map(|place| last.iter().position(|other| *other == place)).collect();
        if axis + 1 != rank {
            joined = call.transpose(&joined, &last);
        }
        let width = *call.weights[0].shape.last()?;
        let weight = call.shaped(0, &[call.weights[0].values.len() / width.max(1), width]);
        let mut output = call.node("MatMul", &[&joined, &weight]);
        if axis + 1 != rank {
            output = call.transpose(&output, &back);
        }
        Some(call.like(output))
    }
}
