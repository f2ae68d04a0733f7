//! `embed_bag`: the mean of the vectors of a row's tokens.

use super::embed::table;
use super::{Call, Value, Write};
use crate::catalog::layers::embed_bag::EmbedBag;
use crate::export::onnx::messages::AttributeProto;

impl Write for EmbedBag {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let table = table(call, 0, true);
        let vectors = call.node("Gather", &[&table, &call.x()]);
        let Some(lengths) = call.lengths() else {
            let attributes = vec![AttributeProto::ints("axes", &[1]), AttributeProto::int("keepdims", 0)];
            return Some(Value::whole(call.with("ReduceMean", &[&vectors], attributes)));
        };
        let own = call.filled(&Value { name: vectors, lengths: Some(lengths.clone()) }, 3, 0.0);
        let sum = call.sum(&own, 1);
        let counts = call.counts(&lengths);
        Some(Value::whole(call.node("Div", &[&sum, &counts])))
    }
}
