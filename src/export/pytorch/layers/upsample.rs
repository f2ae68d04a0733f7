//! `upsample`: a function of PyTorch.

use super::{Call, Value, Write};
use crate::catalog::layers::upsample::{Upsample, Upsampling};

impl Write for Upsample {
    fn write(&self, call: &mut Call<'_>) -> Option<Value> {
        let how = match self.method {
            Upsampling::Nearest => "mode=\"nearest\"",
            Upsampling::Bilinear => "mode=\"bilinear\", align_corners=False",
        };
        Some(call.function("F.interpolate", &format!(", scale_factor={}, {how}", self.factor)))
    }
}
