//! `silu`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::silu::Silu;

impl Write for Silu {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.function("F.silu", ""))
    }
}
