//! `mish`: x·tanh(ln(1 + e^x)).

use burn::tensor::Tensor;

use super::Pointwise;
use crate::catalog::layers::mish::Mish;
use crate::kernels::pointwise::Kernel;

impl Pointwise for Mish {
    fn value(&self, x: Tensor<1>) -> Tensor<1> {
        x.clone() * gate(x).0
    }

    fn slope(&self, x: Tensor<1>, _y: Tensor<1>) -> Tensor<1> {
        // The slope of ln(1 + e^x) is the sigmoid.
        let (gate, sigmoid) = gate(x.clone());
        gate.clone() + x * sigmoid * (1.0 - gate.square())
    }

    fn kernel(&self) -> Option<Kernel> {
        Some(Kernel::mish())
    }
}

/// tanh(ln(1 + e^x)) and the sigmoid of x, by one exponential. With s = 1 + e^x the first is (s² − 1) / (s² + 1); above 20 both
/// are 1 to the last bit.
fn gate(x: Tensor<1>) -> (Tensor<1>, Tensor<1>) {
    let power = x.clamp_max(20.0).exp();
    let sum = power.clone() * (power.clone() + 2.0);
    (sum.clone() / (sum + 2.0), power.clone() / (power + 1.0))
}
