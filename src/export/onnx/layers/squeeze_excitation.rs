//! `squeeze_excitation`: channels times shares that are made of the means of all channels.

use super::{Call, Value, Write};
use crate::catalog::layers::squeeze_excitation::SqueezeExcitation;
use crate::export::onnx::messages::AttributeProto;

impl Write for SqueezeExcitation {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.x();
        let attributes = vec![AttributeProto::ints("axes", &[2, 3]), AttributeProto::int("keepdims", 0)];
        let means = call.with("ReduceMean", &[&x], attributes);
        let few = call.linear(&means, 0, Some(1));
        let few = call.node("Relu", &[&few]);
        let shares = call.linear(&few, 2, Some(3));
        let shares = call.node("Sigmoid", &[&shares]);
        let axes = call.graph.integers(&[2, 3]);
        let shares = call.node("Unsqueeze", &[&shares, &axes]);
        Some(Value::whole(call.node("Mul", &[&x, &shares])))
    }
}
