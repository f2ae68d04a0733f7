//! `add`: the sum of all, one after the other.

use super::{Call, Value, Write};
use crate::catalog::layers::add::Add;

impl Write for Add {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let mut sum = call.x();
        for other in call.inputs.iter().skip(1) {
            sum = call.node("Add", &[&sum, &other.name]);
        }
        Some(call.like(sum))
    }
}
