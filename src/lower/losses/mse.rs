//! `mse`: the mean squared error.

use burn::tensor::Tensor;

use super::{ComputeLoss, mean_slope, row_mean};
use crate::catalog::losses::mse::Mse;
use crate::lower::{Real, Value};

impl ComputeLoss for Mse {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        row_mean(&outputs[0].zip(target.real(), |output, target| (output - target).square()), target.real())
    }

    fn slopes(&self, outputs: &[Real], target: &Value) -> Option<Vec<Real>> {
        Some(mean_slope(outputs[0].zip(target.real(), |output, target| (output - target) * 2.0), target.real()))
    }
}
