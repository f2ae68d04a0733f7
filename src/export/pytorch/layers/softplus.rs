//! `softplus`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::softplus::Softplus;

impl Write for Softplus {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.function("F.softplus", ""))
    }
}
