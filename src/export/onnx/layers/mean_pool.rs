//! `mean_pool`: the mean over time.

use super::{Call, Value, Write};
use crate::catalog::Axis;
use crate::catalog::layers::mean_pool::MeanPool;
use crate::export::onnx::messages::AttributeProto;

impl Write for MeanPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let time = call.types[0].axis(Axis::TIME).unwrap_or(1);
        let Some(lengths) = call.lengths() else {
            let attributes = vec![AttributeProto::ints("axes", &[time]), AttributeProto::int("keepdims", 0)];
            return Some(Value::whole(call.with("ReduceMean", &[&call.x()], attributes)));
        };
        let rank = call.types[0].rank();
        if time != 1 {
            return None;
        }
        let x = call.filled(&call.inputs[0].clone(), rank, 0.0);
        let sum = call.sum(&x, 1);
        let mut counts = call.counts(&lengths);
        for axis in 2..rank - 1 {
            counts = call.unsqueeze(&counts, axis as i64);
        }
        Some(Value::whole(call.node("Div", &[&sum, &counts])))
    }
}
