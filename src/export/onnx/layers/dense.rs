//! `dense`: `MatMul` and `Add`.

use super::{Call, Value, Write};
use crate::catalog::layers::dense::Dense;

impl Write for Dense {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let output = call.linear(&call.x(), 0, self.bias.then_some(1));
        Some(call.like(output))
    }
}
