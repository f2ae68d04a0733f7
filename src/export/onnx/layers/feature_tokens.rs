//! `feature_tokens`: a vector per number, and one that sums them up.

use super::{Call, Value, Write};
use crate::catalog::layers::feature_tokens::FeatureTokens;

impl Write for FeatureTokens {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.x();
        let spread = call.unsqueeze(&x, 2);
        let [weight, bias] = [0, 1].map(|place| call.weight(place));
        let scaled = call.node("Mul", &[&spread, &weight]);
        let tokens = call.node("Add", &[&scaled, &bias]);
        if call.weights.len() < 3 {
            return Some(Value::whole(tokens));
        }
        let summary = call.shaped(2, &[1, 1, self.width]);
        let rows = call.size_of(&x, 0);
        let rows = call.unsqueeze(&rows, 0);
        let ones = call.graph.integers(&[1, 1]);
        let times = call.concat(&[rows, ones], 0);
        let summary = call.node("Tile", &[&summary, &times]);
        Some(Value::whole(call.concat(&[tokens, summary], 1)))
    }
}
