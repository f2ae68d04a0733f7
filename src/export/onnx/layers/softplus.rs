//! `softplus`: `Softplus`.

use super::{Call, Value, Write};
use crate::catalog::layers::softplus::Softplus;

impl Write for Softplus {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let output = call.node("Softplus", &[&call.x()]);
        Some(call.like(output))
    }
}
