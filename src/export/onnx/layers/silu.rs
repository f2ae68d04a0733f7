//! `silu`: x·σ(x).

use super::{Call, Value, Write};
use crate::catalog::layers::silu::Silu;

impl Write for Silu {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let share = call.node("Sigmoid", &[&call.x()]);
        let output = call.node("Mul", &[&call.x(), &share]);
        Some(call.like(output))
    }
}
