//! `adaptive_avg_pool`: a function of PyTorch, where rows do not differ in size.

use super::windows::{tuple, turned};
use super::{Call, Value, Write};
use crate::catalog::layers::adaptive_avg_pool::AdaptiveAvgPool;
use crate::catalog::layers::windows::Parts;

impl Write for AdaptiveAvgPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        cut(call, "adaptive_avg_pool", &self.parts())
    }
}

pub(super) fn cut(call: &mut Call<'_>, name: &str, parts: &Parts) -> Option<Value> {
    if call.types[0].is_variable() {
        return None;
    }
    let along = parts.along(call.types[0]);
    let sizes = tuple(along.iter().map(|(_, parts)| *parts));
    let (x, axes) = (call.x(), along.len());
    let output = turned(call, &x, |x| format!("F.{name}{axes}d({x}, {sizes})"));
    Some(call.whole(output))
}
