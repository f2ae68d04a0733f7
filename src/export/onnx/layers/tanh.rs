//! `tanh`: `Tanh`.

use super::{Call, Value, Write};
use crate::catalog::layers::tanh::Tanh;

impl Write for Tanh {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let output = call.node("Tanh", &[&call.x()]);
        Some(call.like(output))
    }
}
