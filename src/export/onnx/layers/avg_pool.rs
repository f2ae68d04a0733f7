//! `avg_pool`: `AveragePool`.

use super::windows::window;
use super::{Call, Value, Write};
use crate::catalog::layers::avg_pool::AvgPool;

impl Write for AvgPool {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let attributes = window(2, self.kernel, self.stride.unwrap_or(self.kernel), 0);
        Some(Value::whole(call.with("AveragePool", &[&call.x()], attributes)))
    }
}
