//! `batch_norm`: a module of PyTorch, by how many axes there are.

use super::{Call, Value, Write};
use crate::catalog::layers::batch_norm::BatchNorm;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::{Layout, number};

impl Write for BatchNorm {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (sequence, clip) = (call.ty.is_sequence(), call.ty.is_clip());
        // Of sequences and clips each place of time is a row: padding is left out, so that it does not count in training.
        let axes = match call.ty.rank() {
            _ if sequence => 1,
            _ if clip => 2,
            2 => 1,
            4 => 2,
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
        if !sequence && !clip {
            return Some(call.function(&module, ""));
        }
        let x = call.x();
        let Some(lengths) = call.lengths() else {
            return Some(call.whole(format!("{module}({x}.flatten(0, 1)).unflatten(0, {x}.shape[:2])")));
        };
        call.helper(Helper::Own);
        let value = call.like(format!("torch.zeros_like({x})"));
        let Value { name, .. } = &value;
        call.line(format!("{name}[own({x}, {lengths})] = {module}({x}[own({x}, {lengths})])"));
        Some(value)
    }
}
