//! `binary_cross_entropy`: from logits.

use burn::tensor::{Tensor, activation};

use super::{ComputeLoss, mean_slope, row_mean};
use crate::catalog::losses::binary_cross_entropy::BinaryCrossEntropy;
use crate::lower::{Real, Value};

impl ComputeLoss for BinaryCrossEntropy {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        // max(z, 0) − z·t + ln(1 + e^−|z|)
        let losses = outputs[0].zip(target.real(), |logit, target| {
            let tail = (-logit.clone().abs()).exp().log1p();
            logit.clone().clamp_min(0.0) - logit * target + tail
        });
        row_mean(&losses)
    }

    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        Some(mean_slope(outputs[0].zip(target.real(), |logit, target| activation::sigmoid(logit) - target)))
    }
}
