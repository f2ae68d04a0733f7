//! `batch_norm`: a factor and a shift per channel, made of what was learnt of all batches.

use super::windows::turned;
use super::{Call, Value, Write};
use crate::catalog::layers::batch_norm::BatchNorm;
use crate::export::onnx::messages::AttributeProto;

impl Write for BatchNorm {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.x();
        let x = turned(call, x);
        let inputs = [x, call.weight(0), call.weight(1), call.weight(2), call.weight(3)];
        let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
        let attributes = vec![AttributeProto::float("epsilon", self.epsilon)];
        let output = call.with("BatchNormalization", &inputs, attributes);
        let output = turned(call, output);
        Some(call.like(output))
    }
}
