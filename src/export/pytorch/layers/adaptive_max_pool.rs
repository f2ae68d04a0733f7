//! `adaptive_max_pool`: a function of PyTorch, where rows do not differ in size.

use super::adaptive_avg_pool::cut;
use super::{Call, Value, Write};
use crate::catalog::layers::adaptive_max_pool::AdaptiveMaxPool;

impl Write for AdaptiveMaxPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        cut(call, "adaptive_max_pool", &self.parts())
    }
}
