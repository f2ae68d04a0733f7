//! `softplus`: ln(1 + e^x).

use burn::tensor::{Tensor, activation};

use super::Pointwise;
use crate::catalog::layers::softplus::Softplus;
use crate::kernels::pointwise::Kernel;

impl Pointwise for Softplus {
    fn value(&self, x: Tensor<1>) -> Tensor<1> {
        // Beyond 20 the difference to x itself is below what f32 holds.
        activation::softplus_with_threshold(x, 1.0, 20.0)
    }

    fn slope(&self, x: Tensor<1>, y: Tensor<1>) -> Tensor<1> {
        let _ = y;
        activation::sigmoid(x)
    }

    fn kernel(&self) -> Option<Kernel> {
        Some(Kernel::softplus())
    }
}
