//! `global_max_pool`: the largest of all places of each channel.

use super::global_avg_pool::axes;
use super::{Call, Value, Write};
use crate::catalog::layers::global_max_pool::GlobalMaxPool;

impl Write for GlobalMaxPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let rank = call.types[0].rank();
        let axes = if call.types[0].is_sequence() { "1".to_string() } else { axes(2..rank) };
        if call.lengths().is_none() {
            return Some(call.pooled(&format!("amax({axes})")));
        }
        // A row without any place has nothing else.
        let x = call.filled(0, f64::MIN);
        call.line(format!("largest = {x}.amax({axes})"));
        Some(call.whole("largest.masked_fill(largest == torch.finfo(torch.float32).min, 0.0)"))
    }
}
