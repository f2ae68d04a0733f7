//! `low_rank`: two products.

use super::{Call, Value, Write};
use crate::catalog::layers::low_rank::LowRank;
use crate::export::pytorch::source::number;

impl Write for LowRank {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (down, up, x) = (call.linear(".down", 0, None), call.linear(".up", 1, None), call.x());
        Some(call.like(format!("{} * {up}({down}({x}))", number(self.scale()))))
    }
}
