//! `avg_pool`: `AveragePool`, of which no margin is a part.

use super::windows::pooled;
use super::{Call, Value, Write};
use crate::catalog::layers::avg_pool::AvgPool;

impl Write for AvgPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        pooled(call, "AveragePool", &self.windows())
    }
}
