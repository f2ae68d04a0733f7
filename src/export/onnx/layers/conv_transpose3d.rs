//! `conv_transpose3d`: `ConvTranspose` over three axes; time stands before channels here and behind them there.

use super::conv_transpose1d::{places, transposed};
use super::{Call, Value, Write};
use crate::catalog::layers::conv_transpose3d::ConvTranspose3d;

impl Write for ConvTranspose3d {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let along = [self.along_frames(), self.spread(), self.spread()];
        let output = transposed(call, &along, &[0, 2, 1, 3, 4], [self.groups, usize::from(self.bias)]);
        let lengths = call.lengths().map(|lengths| places(call, lengths, self.along_frames()));
        Some(Value { name: output, lengths })
    }
}
