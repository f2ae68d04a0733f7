//! `global_max_pool`: the largest of all places of each channel.

use super::{Call, Value, Write};
use crate::catalog::layers::global_max_pool::GlobalMaxPool;
use crate::export::onnx::messages::AttributeProto;

impl Write for GlobalMaxPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let rank = call.types[0].rank();
        let axes: Vec<usize> = match call.types[0].is_sequence() {
            true => vec![1],
            false => (2..rank).collect(),
        };
        // Less than any number that a layer gives; a row without any place has nothing else.
        let nothing = f64::from(f32::MIN);
        let attributes = vec![AttributeProto::ints("axes", &axes), AttributeProto::int("keepdims", 0)];
        let x = call.filled(&call.inputs[0].clone(), rank, nothing);
        let largest = call.with("ReduceMax", &[&x], attributes);
        if call.lengths().is_none() {
            return Some(Value::whole(largest));
        }
        let [nothing, zero] = [nothing, 0.0].map(|number| call.graph.float(number));
        let some = call.node("Greater", &[&largest, &nothing]);
        Some(Value::whole(call.node("Where", &[&some, &largest, &zero])))
    }
}
