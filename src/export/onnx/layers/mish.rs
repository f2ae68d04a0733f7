//! `mish`: x·tanh(softplus(x)).

use super::{Call, Value, Write};
use crate::catalog::layers::mish::Mish;

impl Write for Mish {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let softplus = call.node("Softplus", &[&call.x()]);
        let share = call.node("Tanh", &[&softplus]);
        let output = call.node("Mul", &[&call.x(), &share]);
        Some(call.like(output))
    }
}
