//! `last_pool`: the last place of each row, zeros of a row that has none.

use super::{Call, Value, Write};
use crate::catalog::layers::last_pool::LastPool;

impl Write for LastPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.x();
        let Some(lengths) = call.lengths() else { return Some(call.whole(format!("{x}[:, -1]"))) };
        call.line(format!("last = {x}[torch.arange(len({x})), ({lengths} - 1).clamp(min=0)]"));
        Some(call.whole(format!("last.masked_fill(({lengths} == 0)[:, None], 0.0)")))
    }
}
