//! `crf`: scores of each tag behind each other one. The best sequence of them is left to whoever asks.

use super::{Call, Value, Write};
use crate::catalog::layers::crf::Crf;
use crate::export::onnx::messages::Elements;

impl Write for Crf {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let tags = call.weights[1].values.len();
        let x = call.filled(&call.inputs[0].clone(), 3, 0.0);
        let transition = call.shaped(0, &[1, 1, tags, tags]);
        let [start, end] = [1, 2].map(|place| call.shaped(place, &[1, 1, 1, tags]));
        let places = call.places(&x, 1);
        let zero = call.graph.integer(0);
        let first = call.node("Equal", &[&places, &zero]);
        let first = call.unsqueeze(&first, 1);
        let first = call.unsqueeze(&first, 1);
        let behind = call.node("Where", &[&first, &start, &transition]);
        // Of each row the place behind which nothing comes.
        let size = match call.lengths() {
            Some(lengths) => call.unsqueeze(&lengths, 1),
            None => call.size_of(&x, 1),
        };
        let one = call.graph.integer(1);
        let next = call.node("Add", &[&places, &one]);
        let last = call.node("Equal", &[&next, &size]);
        let mut last = call.graph.cast(&last, Elements::Float);
        for axis in [-1, -1] {
            last = call.unsqueeze(&last, axis);
        }
        let ends = call.node("Mul", &[&last, &end]);
        let x = call.unsqueeze(&x, 2);
        let scores = call.node("Add", &[&x, &behind]);
        let scores = call.node("Add", &[&scores, &ends]);
        let shape = call.graph.integers(&[0, 0, (tags * tags) as i64]);
        let scores = call.node("Reshape", &[&scores, &shape]);
        Some(call.like(scores))
    }
}
