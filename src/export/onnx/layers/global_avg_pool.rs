//! `global_avg_pool`: the mean over all places of each channel.

use super::{Call, Value, Write};
use crate::catalog::layers::global_avg_pool::GlobalAvgPool;
use crate::export::onnx::messages::AttributeProto;

impl Write for GlobalAvgPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let rank = call.types[0].rank();
        let axes: Vec<usize> = match call.types[0].is_sequence() {
            true => vec![1],
            false => (2..rank).collect(),
        };
        let attributes = vec![AttributeProto::ints("axes", &axes), AttributeProto::int("keepdims", 0)];
        let Some(lengths) = call.lengths() else {
            return Some(Value::whole(call.with("ReduceMean", &[&call.x()], attributes)));
        };
        let x = call.filled(&call.inputs[0].clone(), rank, 0.0);
        let sum = call.sum(&x, 1);
        let counts = call.counts(&lengths);
        Some(Value::whole(call.node("Div", &[&sum, &counts])))
    }
}
