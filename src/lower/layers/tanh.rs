//! `tanh`: to between −1 and 1.

use burn::tensor::Tensor;

use super::Pointwise;
use crate::catalog::layers::tanh::Tanh;
use crate::kernels::pointwise::Kernel;

impl Pointwise for Tanh {
    fn value(&self, x: Tensor<1>) -> Tensor<1> {
        x.tanh()
    }

    fn slope(&self, x: Tensor<1>, y: Tensor<1>) -> Tensor<1> {
        let _ = x;
        1.0 - y.square()
    }

    fn slope_is_of_value(&self) -> bool {
        true
    }

    fn kernel(&self) -> Option<Kernel> {
        Some(Kernel::tanh())
    }
}
