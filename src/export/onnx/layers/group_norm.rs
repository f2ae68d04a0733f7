//! `group_norm`: channels in groups, each normalised over all of its places.

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
    let grouped = call.reshape(&call.x(), &[groups, elements / groups.max(1)]);
    let ones = call.graph.floats(&[groups], &vec![1.0; groups]);
    let zeros = call.graph.floats(&[groups], &vec![0.0; groups]);
    let attributes = vec![AttributeProto::float("epsilon", epsilon)];
    let normal = call.with("InstanceNormalization", &[&grouped, &ones, &zeros], attributes);
    let normal = call.reshape(&normal, call.sizes);
    let [gain, bias] = [0, 1].map(|place| call.by_channel(place, call.ty.rank()));
    let scaled = call.node("Mul", &[&normal, &gain]);
    Some(Value::whole(call.node("Add", &[&scaled, &bias])))
}
