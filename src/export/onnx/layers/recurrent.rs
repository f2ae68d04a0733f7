//! What layers that walk along time have in common: weights as ONNX has them, and each row walked to its own end.

use super::{Call, Value};
use crate::export::onnx::messages::{AttributeProto, Elements};

/// Tensors of the weights of one way.
const WEIGHTS: usize = 4;

/// A recurrent operator whose gates stand in `order`, each by its place among ours.
pub fn written(call: &mut Call<'_>, op: &str, order: &[usize], attributes: Vec<AttributeProto>) -> Option<Value> {
    let ways = call.weights.len() / WEIGHTS;
    let units = *call.weights[1].shape.first()?;
    let (mut input, mut state, mut bias) = (Vec::new(), Vec::new(), Vec::new());
    for way in 0..ways {
        let of = &call.weights[way * WEIGHTS..][..WEIGHTS];
        for (into, weight) in [(&mut input, &of[0]), (&mut state, &of[1])] {
            let (rows, columns) = (weight.shape[0], weight.shape[1]);
            for gate in order {
                for unit in 0..units {
                    into.extend((0..rows).map(|row| weight.values[row * columns + gate * units + unit]));
                }
            }
        }
        for weight in &of[2..] {
            order.iter().for_each(|gate| bias.extend_from_slice(&weight.values[gate * units..][..units]));
        }
    }
    let (gates, width) = (order.len() * units, call.weights[0].shape[0]);
    let name = |of: &str| format!("{}.{of}", call.weights[0].path);
    let names = [name("input"), name("state"), name("bias")];
    let weights = [
        call.graph.weight(&names[0], &[ways, gates, width], &input),
        call.graph.weight(&names[1], &[ways, gates, units], &state),
        call.graph.weight(&names[2], &[ways, 2 * gates], &bias),
    ];
    let x = call.transpose(&call.x(), &[1, 0, 2]);
    let lengths = match call.lengths() {
        Some(lengths) => {
            let one = call.graph.integer(1);
            let least = call.node("Max", &[&lengths, &one]);
            call.graph.cast(&least, Elements::Int32)
        }
        None => String::new(),
    };
    let mut attributes = attributes;
    attributes.push(AttributeProto::int("hidden_size", units as i64));
    if ways == 2 {
        attributes.push(AttributeProto::text("direction", "bidirectional"));
    }
    let inputs = [x.as_str(), &weights[0], &weights[1], &weights[2], &lengths];
    let inputs = if lengths.is_empty() { &inputs[..4] } else { &inputs[..] };
    // [time, ways, rows, units]
    let states = call.with(op, inputs, attributes);
    let states = call.transpose(&states, &[2, 0, 1, 3]);
    let shape = call.graph.integers(&[0, 0, (ways * units) as i64]);
    let output = call.node("Reshape", &[&states, &shape]);
    Some(call.like(output))
}
