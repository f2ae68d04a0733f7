//! `selu`: `Selu`, whose two constants are ours.

use super::{Call, Value, Write};
use crate::catalog::layers::selu::Selu;

impl Write for Selu {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let output = call.node("Selu", &[&call.x()]);
        Some(call.like(output))
    }
}
