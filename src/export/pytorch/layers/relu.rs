//! `relu`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::relu::Relu;

impl Write for Relu {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.function("F.relu", ""))
    }
}
