//! `relu`: `Relu`.

use super::{Call, Value, Write};
use crate::catalog::layers::relu::Relu;

impl Write for Relu {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let output = call.node("Relu", &[&call.x()]);
        Some(call.like(output))
    }
}
