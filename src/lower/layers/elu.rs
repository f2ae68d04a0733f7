//! `elu`: exponential below zero.

use burn::tensor::Tensor;

use super::Pointwise;
use crate::catalog::layers::elu::Elu;
use crate::kernels::pointwise::Kernel;

impl Pointwise for Elu {
    fn value(&self, x: Tensor<1>) -> Tensor<1> {
        let below = (x.clone().clamp_max(0.0).exp() - 1.0) * self.alpha;
        x.clamp_min(0.0) + below
    }

    fn slope(&self, x: Tensor<1>, y: Tensor<1>) -> Tensor<1> {
        // Above zero 1, below alpha·e^x = y + alpha.
        let positive = x.greater_elem(0.0).float();
        let below = y.clamp_max(0.0) + self.alpha;
        positive.clone() + (1.0 - positive) * below
    }

    fn kernel(&self) -> Option<Kernel> {
        Some(Kernel::elu(1.0, self.alpha))
    }
}
