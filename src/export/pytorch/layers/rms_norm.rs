//! `rms_norm`: a module of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::rms_norm::RmsNorm;
use crate::export::pytorch::source::{Layout, number};

impl Write for RmsNorm {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let expression = format!("nn.RMSNorm({}, eps={})", call.elements(), number(self.epsilon));
        let module = call.module("", &expression, &[("weight", 0, Layout::AsIs)]);
        Some(call.function(&module, ""))
    }
}
