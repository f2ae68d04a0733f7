//! `conv_transpose3d`: a module of PyTorch; time stands before channels here and behind them there.

use super::conv_transpose1d::places;
use super::conv2d::{arguments, windowed};
use super::{Call, Value, Write};
use crate::catalog::layers::conv_transpose3d::ConvTranspose3d;

impl Write for ConvTranspose3d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let [from, to, ..] = *call.weights[0].shape else { return None };
        let (time, place, to) = (self.along_frames(), self.spread(), to * self.groups);
        let kernel = (time.kernel, place.kernel, place.kernel);
        let stride = (time.stride, place.stride, place.stride);
        let padding = (time.margin(), place.margin(), place.margin());
        let dilation = (time.dilation, place.dilation, place.dilation);
        let more = arguments(&[("groups", self.groups, 1)], self.bias);
        let expression = format!(
            "nn.ConvTranspose3d({from}, {to}, {kernel:?}, stride={stride:?}, padding={padding:?}, dilation={dilation:?}{more})"
        );
        let module = windowed(call, &expression, self.bias);
        let x = call.filled(0, 0.0);
        let lengths = call.lengths().map(|lengths| places(lengths, time));
        Some(call.with_lengths(format!("{module}({x}.transpose(1, 2)).transpose(1, 2)"), lengths))
    }
}
