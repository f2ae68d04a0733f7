//! `gelu`: x·Φ(x).

use burn::tensor::{Tensor, activation};

use super::Pointwise;
use crate::catalog::layers::gelu::{Approximate, Gelu};
use crate::kernels::pointwise::Kernel;

/// Of the approximation by tanh: √(2/π), and what x³ counts.
pub(crate) const ROOT: f64 = std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2;
pub(crate) const CUBE: f64 = 0.044715;

/// tanh(√(2/π)·(x + 0.044715·x³))
fn squashed(x: &Tensor<1>) -> Tensor<1> {
    ((x.clone().square() * CUBE + 1.0) * x.clone() * ROOT).tanh()
}

impl Pointwise for Gelu {
    fn value(&self, x: Tensor<1>) -> Tensor<1> {
        match self.approximate {
            Approximate::None => activation::gelu(x),
            Approximate::Tanh => (squashed(&x) + 1.0) * x * 0.5,
        }
    }

    fn slope(&self, x: Tensor<1>, y: Tensor<1>) -> Tensor<1> {
        let _ = y;
        match self.approximate {
            Approximate::None => {
                let density = (x.clone().square() * -0.5).exp() * (1.0 / std::f64::consts::TAU.sqrt());
                let below = (x.clone() * std::f64::consts::FRAC_1_SQRT_2).erf() * 0.5 + 0.5;
                below + x * density
            }
            Approximate::Tanh => {
                let tanh = squashed(&x);
                let inner = (x.clone().square() * (3.0 * CUBE) + 1.0) * ROOT;
                (tanh.clone() + 1.0) * 0.5 + (-tanh.square() + 1.0) * x * inner * 0.5
            }
        }
    }

    fn kernel(&self) -> Option<Kernel> {
        (self.approximate == Approximate::None).then(Kernel::gelu)
    }
}
