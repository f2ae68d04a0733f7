//! `relu`: what is positive.

use burn::tensor::{Tensor, activation};

use super::Pointwise;
use crate::catalog::layers::relu::Relu;
use crate::kernels::pointwise::Kernel;

impl Pointwise for Relu {
    fn value(&self, x: Tensor<1>) -> Tensor<1> {
        activation::relu(x)
    }

    fn slope(&self, x: Tensor<1>, y: Tensor<1>) -> Tensor<1> {
        let _ = x;
        y.greater_elem(0.0).float()
    }

    fn slope_is_of_value(&self) -> bool {
        true
    }

    fn kernel(&self) -> Option<Kernel> {
        Some(Kernel::relu())
    }
}
