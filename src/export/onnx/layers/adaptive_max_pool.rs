//! `adaptive_max_pool`: along each axis the largest of each part.

use super::adaptive_avg_pool::{parts_of_rows, sizes};
use super::{Call, Value, Write};
use crate::catalog::layers::adaptive_max_pool::AdaptiveMaxPool;
use crate::catalog::layers::windows::part;
use crate::export::onnx::messages::AttributeProto;

impl Write for AdaptiveMaxPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (mut x, mut sizes) = (call.x(), sizes(call)?);
        for (axis, parts) in self.parts().along(call.types[0]) {
            x = match sizes[axis] {
                0 => of_rows(call, &x, parts, &sizes[axis + 1..])?,
                places => {
                    let of_part = |index: usize| {
                        let (from, to) = part(places, parts, index);
                        let own = call.narrow(&x, axis as i64, from, to - from);
                        call.with("ReduceMax", &[&own], vec![AttributeProto::ints("axes", &[axis])])
                    };
                    let largest: Vec<String> = (0..parts).map(of_part).collect();
                    call.concat(&largest, axis)
                }
            };
            sizes[axis] = parts;
        }
        Some(Value::whole(x))
    }
}

/// Along time of rows that differ in length: what is not of a part is less than all that is.
fn of_rows(call: &mut Call<'_>, x: &str, parts: usize, behind: &[usize]) -> Option<String> {
    let inside = parts_of_rows(call, parts)?;
    let inside = call.unsqueeze(&inside, 3);
    let lines = call.reshape(x, &[0, behind.iter().product()]);
    let lines = call.unsqueeze(&lines, 1);
    let nothing = call.graph.float(f64::from(f32::MIN));
    let own = call.node("Where", &[&inside, &lines, &nothing]);
    let attributes = vec![AttributeProto::ints("axes", &[2]), AttributeProto::int("keepdims", 0)];
    let largest = call.with("ReduceMax", &[&own], attributes);
    // A row without any place has zeros.
    let some = call.node("Greater", &[&largest, &nothing]);
    let zero = call.graph.float(0.0);
    let largest = call.node("Where", &[&some, &largest, &zero]);
    let all: Vec<usize> = std::iter::once(parts).chain(behind.iter().copied()).collect();
    Some(call.reshape(&largest, &all))
}
