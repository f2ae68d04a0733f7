//! `add`: the sum of all, one after the other.

use super::{Call, Value, Write};
use crate::catalog::layers::add::Add;

impl Write for Add {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let sum = call.names().join(" + ");
        Some(call.like(sum))
    }
}
