//! `adaptive_avg_pool`: along each axis a product with the shares of the places.

use super::{Call, Value, Write};
use crate::catalog::layers::adaptive_avg_pool::AdaptiveAvgPool;
use crate::catalog::layers::windows::part;
use crate::export::onnx::messages::Elements;

impl Write for AdaptiveAvgPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let mut sizes = sizes(call)?;
        let mut x = call.filled(&call.inputs[0].clone(), call.types[0].rank(), 0.0);
        for (axis, parts) in self.parts().along(call.types[0]) {
            let shares = match sizes[axis] {
                0 => shares_of_rows(call, parts)?,
                places => shares(call, places, parts),
            };
            // All before the axis, and all behind it, are one axis each; where rows differ, none stands before it.
            let [between, behind] = [&sizes[1..axis], &sizes[axis + 1..]].map(|sizes| sizes.iter().product::<usize>());
            let lines = match sizes[axis] {
                0 => call.reshape(&x, &[0, behind]),
                places => call.reshape(&x, &[between, places, behind]),
            };
            let means = call.node("MatMul", &[&shares, &lines]);
            sizes[axis] = parts;
            x = call.reshape(&means, &sizes[1..]);
        }
        Some(Value::whole(x))
    }
}

/// Of each part the share of each place, `[parts, places]`.
fn shares(call: &mut Call<'_>, places: usize, parts: usize) -> String {
    let mut shares = vec![0.0_f32; parts * places];
    for index in 0..parts {
        let (from, to) = part(places, parts, index);
        shares[index * places + from..index * places + to].fill(1.0 / (to - from) as f32);
    }
    call.graph.floats(&[parts, places], &shares)
}

/// The same of each row by how long it is, `[rows, parts, places]`.
fn shares_of_rows(call: &mut Call<'_>, parts: usize) -> Option<String> {
    let inside = parts_of_rows(call, parts)?;
    let inside = call.graph.cast(&inside, Elements::Float);
    let axes = call.graph.integers(&[2]);
    let count = call.node("ReduceSum", &[&inside, &axes]);
    // A part of a row without any place has none.
    let one = call.graph.float(1.0);
    let count = call.node("Max", &[&count, &one]);
    Some(call.node("Div", &[&inside, &count]))
}

/// Whether each place along time belongs to each part of its row, `[rows, parts, places]`; rows are cut as evenly as can be, each by itself.
pub(super) fn parts_of_rows(call: &mut Call<'_>, parts: usize) -> Option<String> {
    let lengths = call.lengths()?;
    let lengths = call.unsqueeze(&lengths, 1);
    let numbers: Vec<i64> = (0..=parts as i64).collect();
    let [all, round] = [parts as i64, parts as i64 - 1].map(|number| call.graph.integer(number));
    let [from, to] = [&numbers[..parts], &numbers[1..]].map(|numbers| {
        let numbers = call.graph.integers(numbers);
        call.node("Mul", &[&lengths, &numbers])
    });
    let to = call.node("Add", &[&to, &round]);
    let [from, to] = [from, to].map(|ends| {
        let end = call.node("Div", &[&ends, &all]);
        call.unsqueeze(&end, 2)
    });
    let places = call.places(&call.x(), 1);
    let begun = call.node("GreaterOrEqual", &[&places, &from]);
    let goes_on = call.node("Less", &[&places, &to]);
    Some(call.node("And", &[&begun, &goes_on]))
}

/// The sizes of the input, of which that of the rows is none and that of time if rows differ in it; `None` if they differ in another.
pub(super) fn sizes(call: &Call<'_>) -> Option<Vec<usize>> {
    let size = |(axis, size): (usize, Option<i64>)| match size {
        None if axis == 0 && call.lengths().is_some() => Some(0),
        size => size.map(|size| size as usize),
    };
    let known = call.types[0].axes[1..].iter().map(|axis| axis.size.value()).enumerate().map(size);
    std::iter::once(Some(0)).chain(known).collect()
}
