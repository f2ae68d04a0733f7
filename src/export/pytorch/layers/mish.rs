//! `mish`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::mish::Mish;

impl Write for Mish {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.function("F.mish", ""))
    }
}
