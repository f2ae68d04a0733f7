//! `gelu`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::gelu::{Approximate, Gelu};

impl Write for Gelu {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let more = if self.approximate == Approximate::Tanh { ", approximate=\"tanh\"" } else { "" };
        Some(call.function("F.gelu", more))
    }
}
