//! `max_pool`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::max_pool::MaxPool;

impl Write for MaxPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (stride, margin) = (self.stride.unwrap_or(self.kernel), self.margin());
        Some(call.function("F.max_pool2d", &format!(", {}, {stride}, {margin}", self.kernel)))
    }
}
