//! `upsample`: a function of PyTorch.

use super::windows::turned;
use super::{Call, Value, Write};
use crate::catalog::layers::upsample::{Upsample, Upsampling};

impl Write for Upsample {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let how = match self.method {
            Upsampling::Nearest => "mode=\"nearest\"",
            Upsampling::Bilinear => "mode=\"bilinear\", align_corners=False",
            Upsampling::Linear => "mode=\"linear\", align_corners=False",
        };
        // What stands behind the end of a shorter row would be blended into it.
        if call.lengths().is_some() && self.method != Upsampling::Nearest {
            return None;
        }
        let lengths = call.lengths().map(|lengths| format!("({lengths} * {})", self.factor));
        let x = call.x();
        let output = turned(call, &x, |x| format!("F.interpolate({x}, scale_factor={}, {how})", self.factor));
        Some(call.with_lengths(output, lengths))
    }
}
