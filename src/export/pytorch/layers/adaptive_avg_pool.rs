//! `adaptive_avg_pool`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::adaptive_avg_pool::AdaptiveAvgPool;

impl Write for AdaptiveAvgPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let size = (self.height, self.width.unwrap_or(self.height));
        Some(call.function("F.adaptive_avg_pool2d", &format!(", {size:?}")))
    }
}
