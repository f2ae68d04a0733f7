//! `dropout`: a module of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::dropout::Dropout;
use crate::export::pytorch::source::number;

impl Write for Dropout {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let module = call.module("", &format!("nn.Dropout({})", number(self.rate)), &[]);
        Some(call.function(&module, ""))
    }
}
