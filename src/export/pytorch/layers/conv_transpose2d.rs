//! `conv_transpose2d`: a module of PyTorch.

use super::conv2d::{arguments, windowed};
use super::{Call, Value, Write};
use crate::catalog::layers::conv_transpose2d::ConvTranspose2d;

impl Write for ConvTranspose2d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let [from, to, _, _] = *call.weights[0].shape else { return None };
        let more = arguments(&[("stride", self.stride, 1), ("padding", self.margin(), 0)], self.bias);
        let module = windowed(call, &format!("nn.ConvTranspose2d({from}, {to}, {}{more})", self.kernel), self.bias);
        Some(call.function(&module, ""))
    }
}
