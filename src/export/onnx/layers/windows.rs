//! What layers that let a window walk over sequences, pictures and clips have in common.

use super::conv1d::places;
use super::{Call, Value};
use crate::catalog::layers::windows::{Along, Windows};
use crate::export::onnx::messages::{AttributeProto, Elements};

/// Edges, step and margin of a window of so many axes.
pub fn window(axes: usize, kernel: usize, stride: usize, margin: usize) -> Vec<AttributeProto> {
    walks(&vec![Along { kernel, stride, margin }; axes])
}

/// The same, axis by axis.
pub fn walks(along: &[Along]) -> Vec<AttributeProto> {
    let of = |what: fn(&Along) -> usize| along.iter().map(what).collect::<Vec<_>>();
    let margins = of(|along| along.margin);
    vec![
        AttributeProto::ints("kernel_shape", &of(|along| along.kernel)),
        AttributeProto::ints("strides", &of(|along| along.stride)),
        AttributeProto::ints("pads", &[margins.clone(), margins].concat()),
    ]
}

/// Channels before time, or back; pictures as they are.
pub(super) fn turned(call: &mut Call<'_>, x: String) -> String {
    match order(call) {
        Some(order) => call.transpose(&x, order),
        None => x,
    }
}

/// How sequences and clips are turned so that their channels stand before time, and back.
fn order(call: &Call<'_>) -> Option<&'static [usize]> {
    match call.types[0] {
        ty if ty.is_sequence() => Some(&[0, 2, 1]),
        ty if ty.is_clip() => Some(&[0, 2, 1, 3, 4]),
        _ => None,
    }
}

/// `MaxPool` or `AveragePool`; what stands behind a row's last place is no part of any window.
pub(super) fn pooled(call: &mut Call<'_>, op: &str, windows: &Windows) -> Option<Value> {
    let (ty, value) = (call.types[0], call.inputs[0].clone());
    let along: Vec<Along> = windows.along(ty).into_iter().map(|(_, along)| along).collect();
    if order(call).is_none() && value.lengths.is_some() {
        return None;
    }
    let least = if op == "MaxPool" { f64::from(f32::MIN) } else { 0.0 };
    let x = call.filled(&value, ty.rank(), least);
    let x = turned(call, x);
    let output = call.with(op, &[&x], walks(&along));
    let output = match &value.lengths {
        None => output,
        Some(_) if op == "MaxPool" => {
            let [nothing, zero] = [least, 0.0].map(|number| call.graph.float(number));
            let some = call.node("Greater", &[&output, &nothing]);
            call.node("Where", &[&some, &output, &zero])
        }
        Some(lengths) => {
            // The mean of a window, by the share of its places that are the row's own.
            let own = call.own(&value.name, lengths);
            let mut own = call.graph.cast(&own, Elements::Float);
            own = call.unsqueeze(&own, 1);
            for axis in 3..ty.rank() {
                own = call.unsqueeze(&own, axis as i64);
            }
            let alone: Vec<Along> =
                along.iter().enumerate().map(|(axis, along)| if axis == 0 { *along } else { Along::ALONE }).collect();
            let share = call.with(op, &[&own], walks(&alone));
            let least = call.graph.float(f64::from(f32::MIN_POSITIVE));
            let share = call.node("Max", &[&share, &least]);
            call.node("Div", &[&output, &share])
        }
    };
    let name = turned(call, output);
    let lengths = value.lengths.map(|lengths| {
        let Along { kernel, stride, margin } = along[0];
        places(call, lengths, kernel, stride, 2 * margin)
    });
    Some(Value { name, lengths })
}
