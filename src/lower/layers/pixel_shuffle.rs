//! `pixel_shuffle`: channels become places.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::pixel_shuffle::PixelShuffle;
use crate::lower::{Real, Value};

impl Compute for PixelShuffle {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let (x, factor) = (call.x(), self.factor);
        let [rows, channels, height, width] = x.ranked::<4>().dims();
        let squares = x.flat().reshape([rows, channels / (factor * factor), factor, factor, height, width]);
        let placed = squares.permute([0, 1, 4, 2, 5, 3]);
        let shape = [rows, channels / (factor * factor), height * factor, width * factor];
        Value::Real(Real::new(placed.reshape(shape)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for PixelShuffle {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        let (x, factor) = (call.x(), self.factor);
        let [rows, channels, height, width] = x.ranked::<4>().dims();
        let placed = cotangent.flat().reshape([rows, channels / (factor * factor), height, factor, width, factor]);
        Cotangents::input(x.like(placed.permute([0, 1, 3, 5, 2, 4])))
    }
}
