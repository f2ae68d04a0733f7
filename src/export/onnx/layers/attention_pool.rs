//! `attention_pool`: a mean over time, by shares that are learnt.

use super::{Call, Value, Write};
use crate::catalog::layers::attention_pool::AttentionPool;

impl Write for AttentionPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.filled(&call.inputs[0].clone(), 3, 0.0);
        let hidden = call.linear(&x, 0, Some(1));
        let hidden = call.node("Tanh", &[&hidden]);
        let context = call.shaped(2, &[call.weights[2].values.len(), 1]);
        let scores = call.node("MatMul", &[&hidden, &context]);
        let scores = call.filled(&Value { name: scores, lengths: call.lengths() }, 3, f64::from(f32::MIN));
        let shares = call.softmax(&scores, 1);
        let shares = call.filled(&Value { name: shares, lengths: call.lengths() }, 3, 0.0);
        let weighted = call.node("Mul", &[&x, &shares]);
        Some(Value::whole(call.sum(&weighted, 1)))
    }
}
