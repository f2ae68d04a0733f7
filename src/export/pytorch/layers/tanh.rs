//! `tanh`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::tanh::Tanh;

impl Write for Tanh {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.function("torch.tanh", ""))
    }
}
