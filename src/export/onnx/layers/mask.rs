//! `mask`: times the sigmoid of another value.

use super::{Call, Value, Write};
use crate::catalog::layers::mask::Mask;

impl Write for Mask {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let share = call.node("Sigmoid", &[&call.inputs[1].name.clone()]);
        let output = call.node("Mul", &[&call.x(), &share]);
        Some(call.like(output))
    }
}
