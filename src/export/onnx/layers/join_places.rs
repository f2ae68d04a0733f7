//! `join_places`: rows that were places, as places again of as many rows as there were.

use super::{Call, Value, Write};
use crate::catalog::layers::join_places::JoinPlaces;

impl Write for JoinPlaces {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let whole = call.inputs[1].clone();
        let after: Vec<i64> = call.sizes.iter().skip(1).map(|size| *size as i64).collect();
        if after.contains(&0) || call.lengths().is_some() {
            return None;
        }
        let shape = call.node("Shape", &[&whole.name]);
        let before = call.narrow(&shape, 0, 0, 2);
        let after = call.graph.integers(&after);
        let shape = call.concat(&[before, after], 0);
        let output = call.node("Reshape", &[&call.x(), &shape]);
        Some(Value { name: output, lengths: whole.lengths })
    }
}
