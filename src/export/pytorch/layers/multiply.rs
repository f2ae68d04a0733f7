//! `multiply`: the product of all, one after the other.

use super::{Call, Value, Write};
use crate::catalog::layers::multiply::Multiply;

impl Write for Multiply {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let product = call.names().join(" * ");
        Some(call.like(product))
    }
}
