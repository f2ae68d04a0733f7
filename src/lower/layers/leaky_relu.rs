//! `leaky_relu`: what is positive, and a little of the rest.

use burn::tensor::{Tensor, activation};

use super::Pointwise;
use crate::catalog::layers::leaky_relu::LeakyRelu;
use crate::kernels::pointwise::Kernel;

impl Pointwise for LeakyRelu {
    fn value(&self, x: Tensor<1>) -> Tensor<1> {
        activation::leaky_relu(x, self.slope)
    }

    fn slope(&self, x: Tensor<1>, y: Tensor<1>) -> Tensor<1> {
        let _ = y;
        let positive = x.greater_elem(0.0).float();
        positive * (1.0 - self.slope) + self.slope
    }

    fn slope_is_of_value(&self) -> bool {
        true
    }

    fn kernel(&self) -> Option<Kernel> {
        Some(Kernel::leaky_relu(self.slope))
    }
}
