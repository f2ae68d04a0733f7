//! `conv1d`: `Conv` over one axis, with features before time.

use super::{Call, Value, Write};
use crate::catalog::layers::conv1d::Conv1d;
use crate::export::onnx::messages::AttributeProto;

impl Write for Conv1d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let keeps = self.stride == 1 && self.keeps_length();
        // What a stride makes of a length has no form.
        if call.lengths().is_some() && !keeps {
            return None;
        }
        let x = call.filled(&call.inputs[0].clone(), 3, 0.0);
        let x = call.transpose(&x, &[0, 2, 1]);
        let mut inputs = vec![x, call.weight(0)];
        if self.bias {
            inputs.push(call.weight(1));
        }
        let attributes = vec![
            AttributeProto::ints("kernel_shape", &[self.kernel]),
            AttributeProto::ints("strides", &[self.stride]),
            AttributeProto::ints("pads", &[self.before(), self.behind()]),
            AttributeProto::ints("dilations", &[self.dilation]),
        ];
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let output = call.with("Conv", &inputs, attributes);
        let output = call.transpose(&output, &[0, 2, 1]);
        Some(call.like(output))
    }
}
