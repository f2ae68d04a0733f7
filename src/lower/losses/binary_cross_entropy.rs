//! `binary_cross_entropy`: from logits or probabilities.

use burn::tensor::{Tensor, activation};

use super::{ComputeLoss, mean_slope, row_mean};
use crate::catalog::losses::binary_cross_entropy::{BinaryCrossEntropy, Scores};
use crate::lower::{Real, Value};

/// How far a probability is kept from 0 and 1.
const MARGIN: f64 = 1e-7;

impl ComputeLoss for BinaryCrossEntropy {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        if self.from == Scores::Probabilities {
            let losses = outputs[0].zip(target.real(), |probability, target| {
                let probability = probability.clamp(MARGIN, 1.0 - MARGIN);
                let yes = target.clone() * probability.clone().log();
                let no = target.mul_scalar(-1.0).add_scalar(1.0) * probability.mul_scalar(-1.0).add_scalar(1.0).log();
                -(yes + no)
            });
            return row_mean(&losses, target.real());
        }
        // max(z, 0) − z·t + ln(1 + e^−|z|)
        let losses = outputs[0].zip(target.real(), |logit, target| {
            let tail = (-logit.clone().abs()).exp().log1p();
            logit.clone().clamp_min(0.0) - logit * target + tail
        });
        row_mean(&losses, target.real())
    }

    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        if self.from == Scores::Probabilities {
            return None;
        }
        Some(mean_slope(
            outputs[0].zip(target.real(), |logit, target| activation::sigmoid(logit) - target),
            target.real(),
        ))
    }
}
