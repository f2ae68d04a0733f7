//! `selu`: scaled, and exponential below zero.

use burn::tensor::Tensor;

use super::Pointwise;
use crate::catalog::layers::selu::Selu;
use crate::kernels::pointwise::Kernel;

const ALPHA: f64 = 1.673_263_242_354_377_3;
const SCALE: f64 = 1.050_700_987_355_480_5;

impl Pointwise for Selu {
    fn value(&self, x: Tensor<1>) -> Tensor<1> {
        let below = (x.clone().clamp_max(0.0).exp() - 1.0) * (ALPHA * SCALE);
        x.clamp_min(0.0) * SCALE + below
    }

    fn slope(&self, x: Tensor<1>, y: Tensor<1>) -> Tensor<1> {
        // Above zero the scale, below it scale·alpha·e^x = y + scale·alpha.
        let positive = x.greater_elem(0.0).float();
        let below = y.clamp_max(0.0) + ALPHA * SCALE;
        positive.clone() * SCALE + (1.0 - positive) * below
    }

    fn kernel(&self) -> Option<Kernel> {
        Some(Kernel::elu(SCALE, ALPHA))
    }
}
