//! `gelu`: x·Φ(x).

use burn::tensor::{Tensor, activation};

use super::Pointwise;
use crate::catalog::layers::gelu::Gelu;
use crate::kernels::pointwise::Kernel;

impl Pointwise for Gelu {
    fn value(&self, x: Tensor<1>) -> Tensor<1> {
        activation::gelu(x)
    }

    fn slope(&self, x: Tensor<1>, y: Tensor<1>) -> Tensor<1> {
        let _ = y;
        let density = (x.clone().square() * -0.5).exp() * (1.0 / std::f64::consts::TAU.sqrt());
        let below = (x.clone() * std::f64::consts::FRAC_1_SQRT_2).erf() * 0.5 + 0.5;
        below + x * density
    }

    fn kernel(&self) -> Option<Kernel> {
        Some(Kernel::gelu())
    }
}
