//! `fuse`: channels of all values side by side, mapped to those of one.

use super::{Call, Value, Write};
use crate::catalog::layers::fuse::Fuse;
use crate::export::pytorch::source::list;

impl Write for Fuse {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (axis, last) = (call.feature_axis(), call.ty.rank() - 1);
        let width = *call.weights[0].shape.last()?;
        let weight = call.shaped(0, &[call.weights[0].values.len() / width.max(1), width]);
        let joined = format!("torch.cat({}, {axis})", list(call.names()));
        Some(match axis == last {
            true => call.like(format!("{joined} @ {weight}")),
            false => call.like(format!("({joined}.movedim({axis}, -1) @ {weight}).movedim(-1, {axis})")),
        })
    }
}
