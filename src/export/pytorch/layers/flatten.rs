//! `flatten`: all axes behind the rows as one.

use super::{Call, Value, Write};
use crate::catalog::layers::flatten::Flatten;

impl Write for Flatten {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        if call.lengths().is_some() {
            return None;
        }
        let x = call.x();
        Some(call.whole(format!("{x}.flatten(1)")))
    }
}
