//! `mae`: the mean absolute error.

use burn::tensor::Tensor;

use super::{ComputeLoss, mean_slope, row_mean};
use crate::catalog::losses::mae::Mae;
use crate::lower::{Real, Value};

impl ComputeLoss for Mae {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        row_mean(&outputs[0].zip(target.real(), |output, target| (output - target).abs()), target.real())
    }

    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        Some(mean_slope(outputs[0].zip(target.real(), |output, target| (output - target).sign()), target.real()))
    }
}
