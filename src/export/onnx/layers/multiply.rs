//! `multiply`: the product of all, one after the other.

use super::{Call, Value, Write};
use crate::catalog::layers::multiply::Multiply;

impl Write for Multiply {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let mut product = call.x();
        for other in call.inputs.iter().skip(1) {
            product = call.node("Mul", &[&product, &other.name]);
        }
        Some(call.like(product))
    }
}
