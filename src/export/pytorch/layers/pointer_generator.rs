//! `pointer_generator`: what is written and what is copied, mixed by a gate.

use super::{Call, Value, Write};
use crate::catalog::layers::pointer_generator::PointerGenerator;
use crate::export::pytorch::helpers::Helper;

impl Write for PointerGenerator {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        call.helper(Helper::Copied);
        let values = [0, 1, 2].map(|input| call.filled(input, 0.0)).join(", ");
        let tokens = call.inputs[3].name.clone();
        let layers = [(".query", 0, None), (".key", 1, None), (".gate", 2, Some(3))];
        let layers = layers.map(|(part, weight, bias)| call.linear(part, weight, bias)).join(", ");
        let lengths = call.inputs[2].lengths.clone().map_or(String::new(), |lengths| format!(", {lengths}"));
        Some(call.like(format!("copied({values}, {tokens}, {layers}{lengths})")))
    }
}
