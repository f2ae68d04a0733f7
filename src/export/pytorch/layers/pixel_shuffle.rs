//! `pixel_shuffle`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::pixel_shuffle::PixelShuffle;

impl Write for PixelShuffle {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        Some(call.function("F.pixel_shuffle", &format!(", {}", self.factor)))
    }
}
