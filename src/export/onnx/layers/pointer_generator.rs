//! `pointer_generator`: what is written and what is copied, mixed by a gate.

use super::{Call, Value, Write};
use crate::catalog::layers::pointer_generator::PointerGenerator;
use crate::export::onnx::messages::AttributeProto;

/// What a probability of 0 counts as.
const LEAST: f64 = 1e-10;

impl Write for PointerGenerator {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let vocabulary = *call.sizes.last()?;
        let width = call.weights[0].shape[0];
        let [logits, states, memory] = [0, 1, 2].map(|place| call.filled(&call.inputs[place].clone(), 3, 0.0));
        let queries = call.linear(&states, 0, None);
        let keys = call.linear(&memory, 1, None);
        let keys = call.transpose(&keys, &[0, 2, 1]);
        let scores = call.node("MatMul", &[&queries, &keys]);
        let mut scores = call.scaled(&scores, 1.0 / (width as f64).sqrt());
        if let Some(lengths) = call.inputs[2].lengths.clone() {
            let one = call.graph.integer(1);
            let least = call.node("Max", &[&lengths, &one]);
            let own = call.own(&memory, &least);
            let own = call.unsqueeze(&own, 1);
            let hidden = call.graph.float(f64::from(f32::MIN));
            scores = call.node("Where", &[&own, &scores, &hidden]);
        }
        let looked = call.softmax(&scores, 2);
        let seen = call.node("MatMul", &[&looked, &memory]);
        let both = call.concat(&[states, seen], 2);
        let gate = call.linear(&both, 2, Some(3));
        let gate = call.node("Sigmoid", &[&gate]);
        let written = call.softmax(&logits, 2);
        let written = call.node("Mul", &[&written, &gate]);
        let depth = call.graph.integers(&[vocabulary as i64]);
        let values = call.graph.floats(&[2], &[0.0, 1.0]);
        let tokens = call.inputs[3].name.clone();
        let ones = call.with("OneHot", &[&tokens, &depth, &values], vec![AttributeProto::int("axis", -1)]);
        let copied = call.node("MatMul", &[&looked, &ones]);
        let one = call.graph.float(1.0);
        let rest = call.node("Sub", &[&one, &gate]);
        let copied = call.node("Mul", &[&copied, &rest]);
        let mixed = call.node("Add", &[&written, &copied]);
        let least = call.graph.float(LEAST);
        let mixed = call.node("Add", &[&mixed, &least]);
        let output = call.node("Log", &[&mixed]);
        Some(call.like(output))
    }
}
