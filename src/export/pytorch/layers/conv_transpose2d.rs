//! `conv_transpose2d`: a module of PyTorch.

use super::conv2d::{arguments, windowed};
use super::{Call, Value, Write};
use crate::catalog::layers::conv_transpose2d::ConvTranspose2d;

impl Write for ConvTranspose2d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let [from, to, _, _] = *call.weights[0].shape else { return None };
        let more = [
            ("stride", self.stride, 1),
            ("padding", self.spread().margin(), 0),
            ("dilation", self.dilation, 1),
            ("groups", self.groups, 1),
        ];
        let (more, to) = (arguments(&more, self.bias), to * self.groups);
        let module = windowed(call, &format!("nn.ConvTranspose2d({from}, {to}, {}{more})", self.kernel), self.bias);
        Some(call.function(&module, ""))
    }
}
