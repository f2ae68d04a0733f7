//! `cross_attention`: the same with keys and values of another sequence.

use super::attention::Looked;
use super::{Call, Value, Write};
use crate::catalog::layers::cross_attention::CrossAttention;

impl Write for CrossAttention {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let width = *call.sizes.last()?;
        let memory = call.inputs[1].clone();
        let x = call.filled(&call.inputs[0].clone(), 3, 0.0);
        let seen = call.filled(&memory, 3, 0.0);
        let queries = call.linear(&x, 0, Some(1));
        let given = call.linear(&seen, 2, Some(3));
        let [keys, values] = [0, 1].map(|part| call.narrow(&given, 2, part * width, width));
        let looked = Looked { heads: self.heads, width, causal: false, distances: None };
        let mixed = looked.write(call, [&queries, &keys, &values], memory.lengths);
        let output = call.linear(&mixed, 4, Some(5));
        Some(call.like(output))
    }
}
