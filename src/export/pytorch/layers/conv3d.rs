//! `conv3d`: a module of PyTorch; time stands before channels here and behind them there.

use super::conv2d::{arguments, windowed};
use super::{Call, Value, Write};
use crate::catalog::layers::conv3d::Conv3d;

impl Write for Conv3d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let [to, from, ..] = *call.weights[0].shape else { return None };
        if call.lengths().is_some() {
            return None;
        }
        let kernel = (self.frames, self.kernel, self.kernel);
        let stride = (self.time_stride, self.stride, self.stride);
        let padding = (self.time_margin(), self.margin(), self.margin());
        let more = arguments(&[], self.bias);
        let expression = format!("nn.Conv3d({from}, {to}, {kernel:?}, stride={stride:?}, padding={padding:?}{more})");
        let module = windowed(call, &expression, self.bias);
        let x = call.x();
        Some(call.whole(format!("{module}({x}.transpose(1, 2)).transpose(1, 2)")))
    }
}
