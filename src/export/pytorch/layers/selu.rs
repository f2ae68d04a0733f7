//! `selu`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::selu::Selu;

impl Write for Selu {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.function("F.selu", ""))
    }
}
