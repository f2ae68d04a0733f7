//! `sigmoid`: to between 0 and 1.

use burn::tensor::{Tensor, activation};

use super::Pointwise;
use crate::catalog::layers::sigmoid::Sigmoid;
use crate::kernels::pointwise::Kernel;

impl Pointwise for Sigmoid {
    fn value(&self, x: Tensor<1>) -> Tensor<1> {
        activation::sigmoid(x)
    }

    fn slope(&self, x: Tensor<1>, y: Tensor<1>) -> Tensor<1> {
        let _ = x;
        y.clone() * (1.0 - y)
    }

    fn slope_is_of_value(&self) -> bool {
        true
    }

    fn kernel(&self) -> Option<Kernel> {
        Some(Kernel::sigmoid())
    }
}
