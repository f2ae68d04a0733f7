//! `conv2d`: a module of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::conv2d::Conv2d;
use crate::export::pytorch::source::Layout;

impl Write for Conv2d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let [to, from, _, _] = *call.weights[0].shape else { return None };
        let more = [
            ("stride", self.stride, 1),
            ("padding", self.margin(), 0),
            ("dilation", self.dilation, 1),
            ("groups", self.groups, 1),
        ];
        let more = arguments(&more, self.bias);
        let expression = format!("nn.Conv2d({}, {to}, {}{more})", from * self.groups, self.kernel);
        let module = windowed(call, &expression, self.bias);
        Some(call.function(&module, ""))
    }
}

/// Arguments that are not what they are unless said, and whether there is a bias.
pub(super) fn arguments(given: &[(&str, usize, usize)], bias: bool) -> String {
    let unusual = given.iter().filter(|(_, value, usual)| value != usual);
    let named: String = unusual.map(|(name, value, _)| format!(", {name}={value}")).collect();
    named + if bias { "" } else { ", bias=False" }
}

/// A module whose weights are filters, and a bias if there is one.
pub(super) fn windowed(call: &mut Call<'_>, expression: &str, bias: bool) -> String {
    let weights = [("weight", 0, Layout::AsIs), ("bias", 1, Layout::AsIs)];
    call.module("", expression, &weights[..1 + usize::from(bias)])
}
