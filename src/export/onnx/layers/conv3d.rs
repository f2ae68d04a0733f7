//! `conv3d`: `Conv` over three axes; time stands before channels here and behind them there.

use super::conv1d::places;
use super::{Call, Value, Write};
use crate::catalog::layers::conv3d::Conv3d;
use crate::export::onnx::messages::AttributeProto;

impl Write for Conv3d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let margin = self.margin();
        let along_time = self.time_margin();
        let x = call.filled(&call.inputs[0].clone(), 5, 0.0);
        let x = call.transpose(&x, &[0, 2, 1, 3, 4]);
        let mut inputs = vec![x, call.weight(0)];
        if self.bias {
            inputs.push(call.weight(1));
        }
        let pads = [along_time, margin, margin, along_time, margin, margin];
        let attributes = vec![
            AttributeProto::ints("kernel_shape", &[self.frames, self.kernel, self.kernel]),
            AttributeProto::ints("strides", &[self.time_stride, self.stride, self.stride]),
            AttributeProto::ints("pads", &pads),
            AttributeProto::ints("dilations", &[self.time_dilation, self.dilation, self.dilation]),
            AttributeProto::int("group", self.groups as i64),
        ];
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let output = call.with("Conv", &inputs, attributes);
        let name = call.transpose(&output, &[0, 2, 1, 3, 4]);
        let (extent, around) = (self.time_extent(), 2 * along_time);
        let lengths = call.lengths().map(|lengths| places(call, lengths, extent, self.time_stride, around));
        Some(Value { name, lengths })
    }
}
