//! `leaky_relu`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::leaky_relu::LeakyRelu;
use crate::export::pytorch::source::number;

impl Write for LeakyRelu {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.function("F.leaky_relu", &format!(", {}", number(self.slope))))
    }
}
