//! `unembed`: products with the table of the `embed` that lends it.

use super::embed::table;
use super::{Call, Value, Write};
use crate::catalog::layers::unembed::Unembed;

impl Write for Unembed {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let width = *call.weights[0].shape.last()?;
        let table = table(call, "", 0, true)?;
        let x = call.x();
        Some(call.like(format!("F.linear({x}, {table}.weight) / math.sqrt({width})")))
    }
}
