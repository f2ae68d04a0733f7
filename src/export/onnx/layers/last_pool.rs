//! `last_pool`: the last place of each row, zeros of a row that has none.

use super::{Call, Value, Write};
use crate::catalog::layers::last_pool::LastPool;

impl Write for LastPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.x();
        let Some(lengths) = call.lengths() else { return Some(Value::whole(call.pick(&x, 1, -1))) };
        let places = call.places(&x, 1);
        let lengths = call.unsqueeze(&lengths, 1);
        let one = call.graph.integer(1);
        let last = call.node("Sub", &[&lengths, &one]);
        let is_last = call.node("Equal", &[&places, &last]);
        let is_last = call.unsqueeze(&is_last, 2);
        let zero = call.graph.float(0.0);
        let only = call.node("Where", &[&is_last, &x, &zero]);
        Some(Value::whole(call.sum(&only, 1)))
    }
}
