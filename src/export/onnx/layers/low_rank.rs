//! `low_rank`: two products.

use super::{Call, Value, Write};
use crate::catalog::layers::low_rank::LowRank;

impl Write for LowRank {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let narrow = call.linear(&call.x(), 0, None);
        let product = call.linear(&narrow, 1, None);
        let output = call.scaled(&product, self.scale());
        Some(call.like(output))
    }
}
