//! `relu6`: what is positive, up to 6.

use burn::tensor::Tensor;

use super::Pointwise;
use crate::catalog::layers::relu6::Relu6;
use crate::kernels::pointwise::Kernel;

impl Pointwise for Relu6 {
    fn value(&self, x: Tensor<1>) -> Tensor<1> {
        x.clamp(0.0, 6.0)
    }

    fn slope(&self, x: Tensor<1>, _y: Tensor<1>) -> Tensor<1> {
        x.clone().greater_elem(0.0).float() * x.lower_elem(6.0).float()
    }

    fn slope_is_of_value(&self) -> bool {
        true
    }

    fn kernel(&self) -> Option<Kernel> {
        Some(Kernel::relu6())
    }
}
