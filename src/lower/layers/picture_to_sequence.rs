//! `picture_to_sequence`: places, one after the other.

use super::{Compute, Cotangents, Forward, Recorded, Vjp};
use crate::catalog::layers::picture_to_sequence::PictureToSequence;
use crate::lower::{Real, Value};

impl Compute for PictureToSequence {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x();
        let [rows, channels, height, width] = x.ranked::<4>().dims();
        Value::Real(Real::new(x.flat().reshape([rows, channels, height * width]).swap_dims(1, 2)))
    }

    fn vjp(&self) -> Option<&dyn Vjp> {
        Some(self)
    }
}

impl Vjp for PictureToSequence {
    fn pull(&self, call: &Recorded<'_>, cotangent: &Real) -> Cotangents {
        Cotangents::input(call.x().like(cotangent.ranked::<3>().swap_dims(1, 2)))
    }
}
