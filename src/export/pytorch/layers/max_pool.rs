//! `max_pool`: a function of PyTorch.

use super::windows::pooled;
use super::{Call, Value, Write};
use crate::catalog::layers::max_pool::MaxPool;

impl Write for MaxPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        pooled(call, "max_pool", &self.windows())
    }
}
