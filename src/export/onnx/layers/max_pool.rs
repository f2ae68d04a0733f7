//! `max_pool`: `MaxPool`, which looks at no margin.

use super::windows::window;
use super::{Call, Value, Write};
use crate::catalog::layers::max_pool::MaxPool;

impl Write for MaxPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let attributes = window(2, self.kernel, self.stride.unwrap_or(self.kernel), self.margin());
        Some(Value::whole(call.with("MaxPool", &[&call.x()], attributes)))
    }
}
