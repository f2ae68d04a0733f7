//! `group_norm`: a module of PyTorch.

use super::windows::turned;
use super::{Call, Value, Write};
use crate::catalog::layers::group_norm::GroupNorm;
use crate::export::pytorch::helpers::Helper;
use crate::export::pytorch::source::{Layout, number};

impl Write for GroupNorm {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        normalised(call, self.groups, self.epsilon)
    }
}

pub(super) fn normalised(call: &mut Call<'_>, groups: usize, epsilon: f64) -> Option<Value> {
    let lengths = call.lengths();
    if call.sizes.iter().skip(usize::from(lengths.is_some())).any(|size| *size == 0) {
        return None;
    }
    let expression = format!("nn.GroupNorm({groups}, {}, eps={})", call.elements(), number(epsilon));
    let module = call.module("", &expression, &[("weight", 0, Layout::AsIs), ("bias", 1, Layout::AsIs)]);
    let x = call.x();
    let Some(lengths) = lengths else {
        let output = turned(call, &x, |x| format!("{module}({x})"));
        return Some(call.whole(output));
    };
    call.helper(Helper::Normalised);
    Some(call.like(format!("normalised({module}, {x}, {lengths})")))
}
