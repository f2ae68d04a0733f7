//! `embed`: `Gather` from a table in which the mean already stands where it answers for what is not known.

use super::{Call, Value, Write};
use crate::catalog::Kind;
use crate::catalog::layers::embed::Embed;
use crate::lower::weights::REST;

impl Write for Embed {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let tokens = matches!(call.types[0].kind, Kind::Tokens { .. });
        let x = call.x();
        if call.weights.len() == 1 {
            let table = table(call, 0, tokens);
            let output = call.node("Gather", &[&table, &x]);
            return Some(call.like(output));
        }
        // Several categories stand side by side, each with a table of its own.
        let mut parts = Vec::new();
        for column in 0..call.weights.len() {
            let table = table(call, column, false);
            let codes = call.pick(&x, 1, column as i64);
            parts.push(call.node("Gather", &[&table, &codes]));
        }
        Some(Value::whole(call.concat(&parts, 1)))
    }
}

/// The table of a weight. What stands for the unknown has, beside its own row, the mean of all that is known.
pub(super) fn table(call: &mut Call<'_>, place: usize, tokens: bool) -> String {
    let weight = call.weights[place].clone();
    let (rows, width) = (weight.shape[0], weight.shape[1]);
    let known = rows.saturating_sub(REST);
    let start = if tokens { REST } else { 0 };
    let mut values = weight.values.to_vec();
    let share = 1.0 / known.max(1) as f32;
    for column in 0..width {
        let mean: f32 = (start..start + known).map(|row| weight.values[row * width + column] * share).sum();
        for row in (0..rows).filter(|row| !(start..start + known).contains(row)) {
            values[row * width + column] += mean;
        }
    }
    call.graph.weight(weight.path, weight.shape, &values)
}
