//! `concat`: `Concat`; beside a sequence, a vector stands at every place of its row.

use super::{Call, Value, Write};
use crate::catalog::layers::concat::Concat;

impl Write for Concat {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let rank = call.ty.rank();
        let sequence = call.inputs.iter().zip(call.types).find(|(_, ty)| ty.rank() == rank)?.0.clone();
        let mut parts = Vec::new();
        for (input, ty) in call.inputs.iter().zip(call.types) {
            if ty.rank() == rank {
                parts.push(input.name.clone());
                continue;
            }
            let spread = call.unsqueeze(&input.name, 1);
            let size = call.size_of(&sequence.name, 1);
            let size = call.unsqueeze(&size, 0);
            let one = call.graph.integers(&[1]);
            let times = call.concat(&[one.clone(), size, one], 0);
            parts.push(call.node("Tile", &[&spread, &times]));
        }
        let output = call.concat(&parts, call.feature_axis());
        Some(Value { name: output, lengths: sequence.lengths })
    }
}
