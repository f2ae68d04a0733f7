//! `picture_to_sequence`: places as a sequence, row by row of the picture.

use super::{Call, Value, Write};
use crate::catalog::layers::picture_to_sequence::PictureToSequence;

impl Write for PictureToSequence {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let [places, channels] = *call.sizes else { return None };
        let flat = call.reshape(&call.x(), &[channels, places]);
        Some(Value::whole(call.transpose(&flat, &[0, 2, 1])))
    }
}
