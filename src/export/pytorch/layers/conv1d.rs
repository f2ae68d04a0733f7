//! `conv1d`: a module of PyTorch, with features before time.

use super::conv2d::{arguments, windowed};
use super::{Call, Value, Write};
use crate::catalog::layers::conv1d::Conv1d;

impl Write for Conv1d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let [to, from, _] = *call.weights[0].shape else { return None };
        let mut x = format!("{}.transpose(1, 2)", call.filled(0, 0.0));
        let (before, behind) = (self.before(), self.behind());
        if before + behind > 0 {
            x = format!("F.pad({x}, ({before}, {behind}))");
        }
        let more = arguments(
            &[("stride", self.stride, 1), ("dilation", self.dilation, 1), ("groups", self.groups, 1)],
            self.bias,
        );
        let module =
            windowed(call, &format!("nn.Conv1d({}, {to}, {}{more})", from * self.groups, self.kernel), self.bias);
        let lengths = call.lengths().map(|lengths| places(lengths, self.extent(), self.stride, before + behind));
        Some(call.with_lengths(format!("{module}({x}).transpose(1, 2)"), lengths))
    }
}

/// How many places are left of so many.
pub(super) fn places(lengths: String, extent: usize, stride: usize, around: usize) -> String {
    match (around + 1 == extent, stride) {
        (true, 1) => lengths,
        _ => format!("(({lengths} + {around} - {extent}) // {stride} + 1).clamp(min=0)"),
    }
}
