//! `max_pool`: `MaxPool`, which looks at no margin.

use super::windows::pooled;
use super::{Call, Value, Write};
use crate::catalog::layers::max_pool::MaxPool;

impl Write for MaxPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        pooled(call, "MaxPool", &self.windows())
    }
}
