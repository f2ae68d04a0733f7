//! `silu`: x·σ(x).

use burn::tensor::{Tensor, activation};

use super::Pointwise;
use crate::catalog::layers::silu::Silu;
use crate::kernels::pointwise::Kernel;

impl Pointwise for Silu {
    fn value(&self, x: Tensor<1>) -> Tensor<1> {
        activation::silu(x)
    }

    fn slope(&self, x: Tensor<1>, y: Tensor<1>) -> Tensor<1> {
        let gate = activation::sigmoid(x);
        gate.clone() + y * (1.0 - gate)
    }

    fn kernel(&self) -> Option<Kernel> {
        Some(Kernel::silu())
    }
}
