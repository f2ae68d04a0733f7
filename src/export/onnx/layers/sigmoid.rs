//! `sigmoid`: `Sigmoid`.

use super::{Call, Value, Write};
use crate::catalog::layers::sigmoid::Sigmoid;

impl Write for Sigmoid {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let output = call.node("Sigmoid", &[&call.x()]);
        Some(call.like(output))
    }
}
