//! `conv_transpose1d`: a module of PyTorch, with features before time.

use super::conv2d::{arguments, windowed};
use super::{Call, Value, Write};
use crate::catalog::layers::conv_transpose1d::ConvTranspose1d;
use crate::catalog::layers::spread::Spread;

impl Write for ConvTranspose1d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let [from, to, _] = *call.weights[0].shape else { return None };
        let more = [
            ("stride", self.stride, 1),
            ("padding", self.spread().margin(), 0),
            ("dilation", self.dilation, 1),
            ("groups", self.groups, 1),
        ];
        let (more, to) = (arguments(&more, self.bias), to * self.groups);
        let module = windowed(call, &format!("nn.ConvTranspose1d({from}, {to}, {}{more})", self.kernel), self.bias);
        let x = call.filled(0, 0.0);
        let lengths = call.lengths().map(|lengths| places(lengths, self.spread()));
        Some(call.with_lengths(format!("{module}({x}.transpose(1, 2)).transpose(1, 2)"), lengths))
    }
}

/// How many places come of so many.
pub(super) fn places(lengths: String, spread: Spread) -> String {
    let rest = spread.extent() as i64 - spread.stride as i64 - 2 * spread.margin() as i64;
    match rest {
        0 => format!("({lengths} * {})", spread.stride),
        rest => format!("({lengths} * {} + {rest}).clamp(min=0)", spread.stride),
    }
}
