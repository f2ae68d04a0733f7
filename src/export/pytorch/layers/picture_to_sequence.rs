//! `picture_to_sequence`: places as a sequence, row by row of the picture.

use super::{Call, Value, Write};
use crate::catalog::layers::picture_to_sequence::PictureToSequence;

impl Write for PictureToSequence {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let x = call.x();
        Some(call.whole(format!("{x}.flatten(2).transpose(1, 2)")))
    }
}
