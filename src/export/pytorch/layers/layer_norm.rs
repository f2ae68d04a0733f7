//! `layer_norm`: a module of PyTorch, over features or over the channels at each place of a picture.

use super::{Call, Value, Write};
use crate::catalog::layers::layer_norm::LayerNorm;
use crate::export::pytorch::source::{Layout, number};

impl Write for LayerNorm {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let expression = format!("nn.LayerNorm({}, eps={})", call.elements(), number(self.epsilon));
        let module = call.module("", &expression, &[("weight", 0, Layout::AsIs), ("bias", 1, Layout::AsIs)]);
        let x = call.x();
        Some(match call.types[0].is_picture() {
            true => call.like(format!("{module}({x}.movedim(1, -1)).movedim(-1, 1)")),
            false => call.like(format!("{module}({x})")),
        })
    }
}
