//! `conv1d`: `Conv` over one axis, with features before time.

use super::{Call, Value, Write};
use crate::catalog::layers::conv1d::Conv1d;
use crate::export::onnx::messages::AttributeProto;

impl Write for Conv1d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
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
            AttributeProto::int("group", self.groups as i64),
        ];
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let output = call.with("Conv", &inputs, attributes);
        let name = call.transpose(&output, &[0, 2, 1]);
        let around = self.before() + self.behind();
        let lengths = call.lengths().map(|lengths| places(call, lengths, self.extent(), self.stride, around));
        Some(Value { name, lengths })
    }
}

/// How many places are left of so many: none, where the window does not fit.
pub(super) fn places(call: &mut Call<'_>, lengths: String, extent: usize, stride: usize, around: usize) -> String {
    if stride == 1 && around + 1 == extent {
        return lengths;
    }
    // One more than there is room for steps, counted so that it is never negative.
    let around = (around + stride) as i64 - extent as i64;
    let around = call.graph.integer(around);
    let room = call.node("Add", &[&lengths, &around]);
    let zero = call.graph.integer(0);
    let room = call.node("Max", &[&room, &zero]);
    let stride = call.graph.integer(stride as i64);
    call.node("Div", &[&room, &stride])
}
