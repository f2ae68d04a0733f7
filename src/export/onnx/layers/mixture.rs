//! `mixture`: experts, each times its share.

use super::{Call, Value, Write};
use crate::catalog::layers::mixture::Mixture;

impl Write for Mixture {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let gate = call.x();
        let rank = call.ty.rank();
        let mut sum: Option<String> = None;
        for (index, expert) in call.inputs.iter().skip(1).enumerate() {
            let mut share = call.narrow(&gate, 1, index, 1);
            for axis in 2..rank {
                share = call.unsqueeze(&share, axis as i64);
            }
            let part = call.node("Mul", &[&share, &expert.name]);
            sum = Some(match sum {
                Some(sum) => call.node("Add", &[&sum, &part]),
                None => part,
            });
        }
        Some(Value { name: sum?, lengths: call.inputs[1].lengths.clone() })
    }
}
