//! `huber`: squared near zero, linear beyond.

use burn::tensor::Tensor;

use super::{ComputeLoss, mean_slope, row_mean};
use crate::catalog::losses::huber::Huber;
use crate::lower::{Real, Value};

impl ComputeLoss for Huber {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        // With c = min(|e|, delta): ½·c² + delta·(|e| − c).
        let losses = outputs[0].zip(target.real(), |output, target| {
            let size = (output - target).abs();
            let near = size.clone().clamp_max(self.delta);
            near.clone().square() * 0.5 + (size - near) * self.delta
        });
        row_mean(&losses, target.real())
    }

    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        let slope = outputs[0].zip(target.real(), |output, target| (output - target).clamp(-self.delta, self.delta));
        Some(mean_slope(slope, target.real()))
    }
}
