//! `class_token`: one more place before all others.

use super::{Call, Value, Write};
use crate::catalog::layers::class_token::ClassToken;

impl Write for ClassToken {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.x();
        let width = call.weights[0].values.len();
        let token = call.shaped(0, &[1, 1, width]);
        let rows = call.size_of(&x, 0);
        let rows = call.unsqueeze(&rows, 0);
        let one = call.graph.integers(&[1]);
        let times = call.concat(&[rows, one.clone(), one.clone()], 0);
        let token = call.node("Tile", &[&token, &times]);
        let output = call.concat(&[token, x], 1);
        let lengths = call.lengths().map(|lengths| {
            let one = call.graph.integer(1);
            call.node("Add", &[&lengths, &one])
        });
        Some(Value { name: output, lengths })
    }
}
