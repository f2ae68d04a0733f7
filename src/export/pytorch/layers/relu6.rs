//! `relu6`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::relu6::Relu6;

impl Write for Relu6 {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.function("F.relu6", ""))
    }
}
