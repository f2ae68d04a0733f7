//! `mixture`: experts, each times its share.

use super::{Call, Value, Write, nones};
use crate::catalog::layers::mixture::Mixture;

impl Write for Mixture {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (gate, more) = (call.x(), nones(call.ty.rank() - 1));
        let part = |(place, expert): (usize, &Value)| format!("{gate}[:, {place}{more}] * {}", expert.name);
        let sum = call.inputs[1..].iter().enumerate().map(part).collect::<Vec<_>>().join(" + ");
        let lengths = call.inputs[1].lengths.clone();
        Some(call.with_lengths(sum, lengths))
    }
}
