//! `adaptive_avg_pool`: a function of PyTorch; where rows differ in length, each is cut by itself.

use super::windows::{tuple, turned};
use super::{Call, Value, Write};
use crate::catalog::layers::adaptive_avg_pool::AdaptiveAvgPool;
use crate::catalog::layers::windows::Parts;
use crate::export::pytorch::helpers::Helper;

impl Write for AdaptiveAvgPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        cut(call, "adaptive_avg_pool", &self.parts(), Helper::MeansOfParts)
    }
}

/// By a function of PyTorch, and by a helper along time of rows that differ in length.
pub(super) fn cut(call: &mut Call<'_>, name: &str, parts: &Parts, of_rows: Helper) -> Option<Value> {
    let along = parts.along(call.types[0]);
    let (mut x, axes) = (call.x(), along.len());
    let Some(lengths) = call.lengths() else {
        if call.types[0].is_variable() {
            return None;
        }
        let sizes = tuple(along.iter().map(|(_, parts)| *parts));
        let output = turned(call, &x, |x| format!("F.{name}{axes}d({x}, {sizes})"));
        return Some(call.whole(output));
    };
    call.helper(of_rows);
    let function = if matches!(of_rows, Helper::MeansOfParts) { "means_of_parts" } else { "largest_of_parts" };
    x = format!("{function}({x}, {lengths}, {})", along[0].1);
    // What is cut beside time has one size.
    if let [_, (_, height), (_, width)] = *along {
        x = format!("F.{name}2d({x}.flatten(0, 1), ({height}, {width})).unflatten(0, (-1, {}))", along[0].1);
    }
    Some(call.whole(x))
}
