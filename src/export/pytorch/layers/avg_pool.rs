//! `avg_pool`: a function of PyTorch.

use super::windows::pooled;
use super::{Call, Value, Write};
use crate::catalog::layers::avg_pool::AvgPool;

impl Write for AvgPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        pooled(call, "avg_pool", &self.windows())
    }
}
