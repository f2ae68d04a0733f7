//! `sigmoid`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::sigmoid::Sigmoid;

impl Write for Sigmoid {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.function("torch.sigmoid", ""))
    }
}
