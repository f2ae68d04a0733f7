//! `reshape`: other sizes behind the rows.

use super::{Call, Value, Write};
use crate::catalog::layers::reshape::Reshape;

impl Write for Reshape {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        if call.lengths().is_some() || call.sizes.contains(&0) {
            return None;
        }
        let (x, sizes) = (call.x(), call.sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
        Some(call.whole(format!("{x}.reshape(-1, {sizes})")))
    }
}
