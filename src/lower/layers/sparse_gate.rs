//! `sparse_gate`: selectors that write their choice in binary, smoothly.

use burn::tensor::{Tensor, activation};

use super::{Compute, Forward, Recorded};
use crate::catalog::layers::sparse_gate::SparseGate;
use crate::lower::{Real, Value};

impl Compute for SparseGate {
    fn forward(&self, call: &mut Forward<'_>) -> Value {
        let x = call.x().by_rows();
        let linear = |weight: usize| {
            x.clone().matmul(call.weights[weight].ranked::<2>()) + call.weights[weight + 1].flat().unsqueeze::<2>()
        };
        let rows = x.dims()[0];
        let digits = smooth_step(linear(0), self.gamma).reshape([rows, self.k, self.digits()]);
        // Digit by digit, the most significant first: each splits what the choices have so far in two.
        let mut shares: Tensor<3> = Tensor::ones([rows, self.k, 1], &x.device());
        for digit in 0..self.digits() {
            let one = digits.clone().narrow(2, digit, 1);
            let halves = Tensor::stack::<4>(vec![shares.clone() * (one.clone() * -1.0 + 1.0), shares * one], 3);
            shares = halves.reshape([rows, self.k, 2 << digit]);
        }
        let selectors = activation::softmax(linear(2), 1).reshape([rows, self.k, 1]);
        Value::Real(Real::new((shares * selectors).sum_dim(1).reshape([rows, self.choices])))
    }

    fn report(&self, call: &Recorded<'_>) -> Option<Tensor<2>> {
        Some(call.y().by_rows())
    }
}

/// 0 up to −gamma/2, 1 from gamma/2, and between them the cubic that joins both smoothly.
fn smooth_step(z: Tensor<2>, gamma: f64) -> Tensor<2> {
    let scaled = z.clamp(-gamma / 2.0, gamma / 2.0) / gamma;
    scaled.clone() * 1.5 - scaled.powi_scalar(3) * 2.0 + 0.5
}
