//! `layer_mix`: a sum by shares that do not depend on the row.

use super::{Call, Value, Write};
use crate::catalog::layers::layer_mix::LayerMix;

impl Write for LayerMix {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let (weight, scale) = (call.parameter(0), call.parameter(1));
        call.line(format!("shares = torch.softmax({weight}, 0) * {scale}"));
        let parts = call.names().into_iter().enumerate().map(|(place, name)| format!("shares[{place}] * {name}"));
        let sum = parts.collect::<Vec<_>>().join(" + ");
        Some(call.like(sum))
    }
}
