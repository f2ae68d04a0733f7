//! `cross_attention`: the same with keys and values of another sequence.

use super::attention::looked;
use super::{Call, Value, Write};
use crate::catalog::layers::cross_attention::CrossAttention;

impl Write for CrossAttention {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (x, memory, lengths) = (call.filled(0, 0.0), call.filled(1, 0.0), call.inputs[1].lengths.clone());
        let (query, given) = (call.linear(".query", 0, Some(1)), call.linear(".memory", 2, Some(3)));
        let output = call.linear(".output", 4, Some(5));
        call.line(format!("keys, values = {given}({memory}).chunk(2, 2)"));
        let mixed = looked(call, [&format!("{query}({x})"), "keys", "values"], self.heads, lengths, false, None);
        Some(call.like(format!("{output}({})", mixed.name)))
    }
}
