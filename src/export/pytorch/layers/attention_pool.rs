//! `attention_pool`: a mean over time, by shares that are learnt.

use super::{Call, Value, Write};
use crate::catalog::layers::attention_pool::AttentionPool;

impl Write for AttentionPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (x, lengths) = (call.filled(0, 0.0), call.lengths());
        let (hidden, context) = (call.linear("", 0, Some(1)), call.parameter(2));
        let scores = call.filled_as(&format!("torch.tanh({hidden}({x})) @ {context}"), lengths.as_deref(), f64::MIN);
        call.line(format!("shares = torch.softmax({scores}, 1)"));
        let shares = call.filled_as("shares", lengths.as_deref(), 0.0);
        Some(call.whole(format!("({x} * {shares}).sum(1)")))
    }
}
