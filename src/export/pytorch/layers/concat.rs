//! `concat`: `torch.cat`; beside a sequence, a vector stands at every place of its row.

use super::{Call, Value, Write};
use crate::catalog::Type;
use crate::catalog::layers::concat::Concat;
use crate::export::pytorch::source::list;

impl Write for Concat {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let rank = call.ty.rank();
        let sequence = call.inputs.iter().zip(call.types).find(|(_, ty)| ty.rank() == rank)?.0.clone();
        let part = |(input, ty): (&Value, &&Type)| match ty.rank() == rank {
            true => input.name.clone(),
            false => format!("{}[:, None].expand(-1, {}.shape[1], -1)", input.name, sequence.name),
        };
        let parts = list(call.inputs.iter().zip(call.types).map(part));
        let axis = call.feature_axis();
        Some(call.with_lengths(format!("torch.cat({parts}, {axis})"), sequence.lengths))
    }
}
