//! `upsample`: a function of PyTorch.

use super::windows::turned;
use super::{Call, Value, Write};
use crate::catalog::layers::upsample::{Upsample, Upsampling};
use crate::export::pytorch::helpers::Helper;

impl Write for Upsample {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let how = match self.method {
            Upsampling::Nearest => "mode=\"nearest\"",
            Upsampling::Bilinear => "mode=\"bilinear\", align_corners=False",
            Upsampling::Linear => "mode=\"linear\", align_corners=False",
        };
        let x = match call.lengths() {
            Some(lengths) if self.method != Upsampling::Nearest => {
                call.helper(Helper::Held);
                format!("held({}, {lengths})", call.x())
            }
            _ => call.x(),
        };
        let lengths = call.lengths().map(|lengths| format!("({lengths} * {})", self.factor));
        let output = turned(call, &x, |x| format!("F.interpolate({x}, scale_factor={}, {how})", self.factor));
        Some(call.with_lengths(output, lengths))
    }
}
