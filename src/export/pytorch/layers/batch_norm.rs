//! `batch_norm`: a module of PyTorch, by how many axes there are.

use super::{Call, Value, Write};
use crate::catalog::layers::batch_norm::BatchNorm;
use crate::export::pytorch::source::{Layout, number};

impl Write for BatchNorm {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let axes = match call.ty.rank() {
            2 | 3 => 1,
            4 => 2,
            5 => 3,
            _ => return None,
        };
        let (channels, epsilon, momentum) = (call.elements(), number(self.epsilon), number(self.momentum));
        let module = call.module(
            "",
            &format!("nn.BatchNorm{axes}d({channels}, eps={epsilon}, momentum={momentum})"),
            &[
                ("weight", 0, Layout::AsIs),
                ("bias", 1, Layout::AsIs),
                ("running_mean", 2, Layout::AsIs),
                ("running_var", 3, Layout::AsIs),
            ],
        );
        Some(call.function(&module, ""))
    }
}
