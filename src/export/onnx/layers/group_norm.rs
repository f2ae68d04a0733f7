//! `group_norm`: channels in groups, each normalised over all of its places.

use super::windows::turned;
use super::{Call, Value, Write};
use crate::catalog::layers::group_norm::GroupNorm;
use crate::export::onnx::messages::{AttributeProto, Elements};

impl Write for GroupNorm {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        normalised(call, self.groups, self.epsilon)
    }
}

pub(super) fn normalised(call: &mut Call<'_>, groups: usize, epsilon: f64) -> Option<Value> {
    match call.lengths() {
        Some(lengths) => by_rows(call, &lengths, groups, epsilon),
        None => at_once(call, groups, epsilon),
    }
}

/// As one long channel per group, by `InstanceNormalization`; then a factor and a shift per channel.
fn at_once(call: &mut Call<'_>, groups: usize, epsilon: f64) -> Option<Value> {
    if call.sizes.contains(&0) {
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
    let rank = call.ty.rank();
    let output = shifted(call, &normal, rank);
    let output = turned(call, output);
    Some(Value::whole(output))
}

/// Of rows that differ in length along time, each group over the places that are its row's own.
fn by_rows(call: &mut Call<'_>, lengths: &str, groups: usize, epsilon: f64) -> Option<Value> {
    let each = call.sizes[1..].iter().product::<usize>() / groups.max(1);
    if each == 0 {
        return None;
    }
    let input = call.inputs[0].clone();
    let x = call.filled(&input, call.ty.rank(), 0.0);
    // `[rows, time, groups, all of a place]`, of sequences and clips.
    let grouped = call.reshape(&x, &[0, groups, each]);
    let own = call.own(&input.name, lengths);
    let mut own = call.graph.cast(&own, Elements::Float);
    let mut counts = call.counts(lengths);
    for _ in 0..2 {
        own = call.unsqueeze(&own, -1);
        counts = call.unsqueeze(&counts, -1);
    }
    let counts = call.scaled(&counts, each as f64);
    let mean = |call: &mut Call<'_>, of: &str| {
        let axes = call.graph.integers(&[1, 3]);
        let sum = call.node("ReduceSum", &[of, &axes]);
        call.node("Div", &[&sum, &counts])
    };
    let middle = mean(call, &grouped);
    let centred = call.node("Sub", &[&grouped, &middle]);
    let centred = call.node("Mul", &[&centred, &own]);
    let squares = call.node("Mul", &[&centred, &centred]);
    let variance = mean(call, &squares);
    let epsilon = call.graph.float(epsilon);
    let variance = call.node("Add", &[&variance, &epsilon]);
    let deviation = call.node("Sqrt", &[&variance]);
    let normal = call.node("Div", &[&centred, &deviation]);
    let normal = call.reshape(&normal, call.sizes);
    // Channels stand behind time here.
    let rank = call.ty.rank() - 1;
    let output = shifted(call, &normal, rank);
    Some(call.like(output))
}

/// Times a factor and plus a shift of each channel, which stand first behind the rows of a value of this rank.
fn shifted(call: &mut Call<'_>, normal: &str, rank: usize) -> String {
    let [gain, bias] = [0, 1].map(|place| call.by_channel(place, rank));
    let scaled = call.node("Mul", &[normal, &gain]);
    call.node("Add", &[&scaled, &bias])
}
