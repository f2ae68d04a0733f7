//! `ensemble`: each row once per member, by the member's factors.

use super::{Call, Value, Write};
use crate::catalog::layers::ensemble::Ensemble;

impl Write for Ensemble {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (factors, x) = (call.parameter(0), call.x());
        Some(call.whole(format!("{x}[:, None] * {factors}")))
    }
}
