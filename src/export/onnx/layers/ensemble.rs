//! `ensemble`: each row once per member, by the member's factors.

use super::{Call, Value, Write};
use crate::catalog::layers::ensemble::Ensemble;

impl Write for Ensemble {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let rows = call.unsqueeze(&call.x(), 1);
        let factors = call.weight(0);
        Some(Value::whole(call.node("Mul", &[&rows, &factors])))
    }
}
