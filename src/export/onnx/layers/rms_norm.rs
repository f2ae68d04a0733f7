//! `rms_norm`: over features, divided by the root of their mean square.

use super::{Call, Value, Write};
use crate::catalog::layers::rms_norm::RmsNorm;
use crate::export::onnx::messages::AttributeProto;

impl Write for RmsNorm {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.x();
        let square = call.node("Mul", &[&x, &x]);
        let mean = call.with("ReduceMean", &[&square], vec![AttributeProto::ints("axes", &[call.ty.rank() - 1])]);
        let epsilon = call.graph.float(self.epsilon);
        let mean = call.node("Add", &[&mean, &epsilon]);
        let root = call.node("Sqrt", &[&mean]);
        let normal = call.node("Div", &[&x, &root]);
        let gain = call.weight(0);
        let output = call.node("Mul", &[&normal, &gain]);
        Some(call.like(output))
    }
}
