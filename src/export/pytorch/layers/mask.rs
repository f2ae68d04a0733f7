//! `mask`: times the sigmoid of another value.

use super::{Call, Value, Write};
use crate::catalog::layers::mask::Mask;

impl Write for Mask {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (x, other) = (call.x(), call.inputs[1].name.clone());
        Some(call.like(format!("{x} * torch.sigmoid({other})")))
    }
}
