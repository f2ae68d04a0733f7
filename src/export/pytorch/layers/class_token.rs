//! `class_token`: one more place before all others.

use super::{Call, Value, Write};
use crate::catalog::layers::class_token::ClassToken;

impl Write for ClassToken {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (token, x) = (call.parameter(0), call.x());
        let lengths = call.lengths().map(|lengths| format!("({lengths} + 1)"));
        Some(call.with_lengths(format!("torch.cat([{token}.expand(len({x}), 1, -1), {x}], 1)"), lengths))
    }
}
