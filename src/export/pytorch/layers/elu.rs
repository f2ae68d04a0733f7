//! `elu`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::elu::Elu;
use crate::export::pytorch::source::number;

impl Write for Elu {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.function("F.elu", &format!(", {}", number(self.alpha))))
    }
}
