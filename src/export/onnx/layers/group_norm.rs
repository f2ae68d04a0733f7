//! `group_norm`: channels in groups, each normalised over all of its places.

use super::windows::turned;
use super::{Call, Value, Write};
use crate::catalog::layers::group_norm::GroupNorm;
use crate::export::onnx::messages::AttributeProto;

impl Write for GroupNorm {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        normalised(call, self.groups, self.epsilon)
    }
}

/// As one long channel per group, by `InstanceNormalization`; then a factor and a shift per channel.
pub(super) fn normalised(call: &mut Call<'_>, groups: usize, epsilon: f64) -> Option<Value> {
    if call.lengths().is_some() || call.sizes.contains(&0) {
        return None;
    }
    let elements: usize = call.sizes.iter().product();
    let x = call.x();
    let x = turned(call, x);
    let grouped = call.reshape(&x, &[groups, elements / groups.max(1)]);
    let ones = call.graph.floats(&[groups], &vec![1.0; groups]);
    let zeros = call.graph.floats(&[groups], &vec![0.0; groups]);
    let attributes = vec![AttributeProto::float("epsilon", epsilon)];
    let normal = call.with("InstanceNormalization", &[&grouped, &ones, &zeros], attributes);
    // As `turned` left it: channels first.
    let mut sizes = call.sizes.to_vec();
    if call.ty.is_sequence() || call.ty.is_clip() {
        sizes.swap(0, 1);
    }
    let normal = call.reshape(&normal, &sizes);
    let [gain, bias] = [0, 1].map(|place| call.by_channel(place, call.ty.rank()));
    let scaled = call.node("Mul", &[&normal, &gain]);
    let shifted = call.node("Add", &[&scaled, &bias]);
    let output = turned(call, shifted);
    Some(Value::whole(output))
}
