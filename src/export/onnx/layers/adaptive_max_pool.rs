//! `adaptive_max_pool`: of fixed sizes, along each axis the largest of each part.

use super::adaptive_avg_pool::fixed;
use super::{Call, Value, Write};
use crate::catalog::layers::adaptive_max_pool::AdaptiveMaxPool;
use crate::catalog::layers::windows::part;
use crate::export::onnx::messages::AttributeProto;

impl Write for AdaptiveMaxPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (mut x, sizes) = (call.x(), fixed(call)?);
        for (axis, parts) in self.parts().along(call.types[0]) {
            let of_part = |index: usize| {
                let (from, to) = part(sizes[axis], parts, index);
                let own = call.narrow(&x, axis as i64, from, to - from);
                call.with("ReduceMax", &[&own], vec![AttributeProto::ints("axes", &[axis])])
            };
            let largest: Vec<String> = (0..parts).map(of_part).collect();
            x = call.concat(&largest, axis);
        }
        Some(Value::whole(x))
    }
}
