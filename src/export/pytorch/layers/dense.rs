//! `dense`: `nn.Linear`, which has its outputs first.

use super::{Call, Value, Write};
use crate::catalog::layers::dense::Dense;

impl Write for Dense {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let module = call.linear("", 0, self.bias.then_some(1));
        Some(call.function(&module, ""))
    }
}
