//! `conv_transpose1d`: `ConvTranspose` over one axis, with features before time.

use super::{Call, Value, Write};
use crate::catalog::layers::conv_transpose1d::ConvTranspose1d;
use crate::catalog::layers::spread::Spread;
use crate::export::onnx::messages::AttributeProto;

impl Write for ConvTranspose1d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let output = transposed(call, &[self.spread()], &[0, 2, 1], [self.groups, usize::from(self.bias)]);
        let lengths = call.lengths().map(|lengths| places(call, lengths, self.spread()));
        Some(Value { name: output, lengths })
    }
}

/// Of sequences and clips, whose channels stand behind time here and before it there.
pub(super) fn transposed(
    call: &mut Call<'_>,
    along: &[Spread],
    order: &[usize],
    [groups, biases]: [usize; 2],
) -> String {
    let x = call.filled(&call.inputs[0].clone(), order.len(), 0.0);
    let mut inputs = vec![call.transpose(&x, order)];
    inputs.extend((0..=biases).map(|place| call.weight(place)));
    let of = |what: &dyn Fn(&Spread) -> usize| along.iter().map(what).collect::<Vec<_>>();
    let margins = of(&Spread::margin);
    let attributes = vec![
        AttributeProto::ints("kernel_shape", &of(&|spread| spread.kernel)),
        AttributeProto::ints("strides", &of(&|spread| spread.stride)),
        AttributeProto::ints("pads", &[margins.clone(), margins].concat()),
        AttributeProto::ints("dilations", &of(&|spread| spread.dilation)),
        AttributeProto::int("group", groups as i64),
    ];
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let output = call.with("ConvTranspose", &inputs, attributes);
    call.transpose(&output, order)
}

/// How many places come of so many.
pub(super) fn places(call: &mut Call<'_>, lengths: String, spread: Spread) -> String {
    let rest = spread.extent() as i64 - spread.stride as i64 - 2 * spread.margin() as i64;
    let stride = call.graph.integer(spread.stride as i64);
    let spread = call.node("Mul", &[&lengths, &stride]);
    let rest = call.graph.integer(rest);
    let places = call.node("Add", &[&spread, &rest]);
    let zero = call.graph.integer(0);
    call.node("Max", &[&places, &zero])
}
