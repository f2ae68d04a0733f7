//! `conv3d`: a module of PyTorch; time stands before channels here and behind them there.

use super::conv1d::places;
use super::conv2d::{arguments, windowed};
use super::{Call, Value, Write};
use crate::catalog::layers::conv3d::Conv3d;

impl Write for Conv3d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let [to, from, ..] = *call.weights[0].shape else { return None };
        let kernel = (self.frames, self.kernel, self.kernel);
        let stride = (self.time_stride, self.stride, self.stride);
        let padding = (self.time_margin(), self.margin(), self.margin());
        let dilation = (self.time_dilation, self.dilation, self.dilation);
        let more = arguments(&[("groups", self.groups, 1)], self.bias);
        let more = if dilation == (1, 1, 1) { more } else { format!(", dilation={dilation:?}{more}") };
        let from = from * self.groups;
        let expression = format!("nn.Conv3d({from}, {to}, {kernel:?}, stride={stride:?}, padding={padding:?}{more})");
        let module = windowed(call, &expression, self.bias);
        let x = call.filled(0, 0.0);
        let (extent, around) = (self.time_extent(), 2 * self.time_margin());
        let lengths = call.lengths().map(|lengths| places(lengths, extent, self.time_stride, around));
        Some(call.with_lengths(format!("{module}({x}.transpose(1, 2)).transpose(1, 2)"), lengths))
    }
}
