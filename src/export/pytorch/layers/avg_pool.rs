//! `avg_pool`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::avg_pool::AvgPool;

impl Write for AvgPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.function("F.avg_pool2d", &format!(", {}, {}", self.kernel, self.stride.unwrap_or(self.kernel))))
    }
}
