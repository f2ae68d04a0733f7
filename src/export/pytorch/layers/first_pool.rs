//! `first_pool`: the first place of each row, zeros of a row that has none.

use super::{Call, Value, Write};
use crate::catalog::layers::first_pool::FirstPool;

impl Write for FirstPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.filled(0, 0.0);
        Some(call.whole(format!("{x}[:, 0]")))
    }
}
