//! `conv_transpose2d`: `ConvTranspose`.

use super::windows::window;
use super::{Call, Value, Write};
use crate::catalog::layers::conv_transpose2d::ConvTranspose2d;
use crate::export::onnx::messages::AttributeProto;

impl Write for ConvTranspose2d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let mut inputs = vec![call.x(), call.weight(0)];
        if self.bias {
            inputs.push(call.weight(1));
        }
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let mut attributes = window(2, self.kernel, self.stride, self.spread().margin());
        attributes.push(AttributeProto::ints("dilations", &[self.dilation; 2]));
        attributes.push(AttributeProto::int("group", self.groups as i64));
        Some(Value::whole(call.with("ConvTranspose", &inputs, attributes)))
    }
}
