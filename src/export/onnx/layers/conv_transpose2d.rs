//! `conv_transpose2d`: `ConvTranspose`.

use super::windows::window;
use super::{Call, Value, Write};
use crate::catalog::layers::conv_transpose2d::ConvTranspose2d;

impl Write for ConvTranspose2d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let mut inputs = vec![call.x(), call.weight(0)];
        if self.bias {
            inputs.push(call.weight(1));
        }
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let attributes = window(2, self.kernel, self.stride, self.margin());
        Some(Value::whole(call.with("ConvTranspose", &inputs, attributes)))
    }
}
