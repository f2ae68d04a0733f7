//! `sparse_gate`: shares for at most `k` of several choices.

use super::gate::require_vector;
use super::{Capabilities, Init, Layer, WeightSpec};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Shares that become exactly zero for all but at most `k` choices: DSelect-k (Hazimeh et al. 2021, arXiv:2106.03760), by
    /// gradient alone and without a jump.
    ///
    /// Each of `k` selectors writes the number of its choice in binary, `m = log₂ choices` digits. A digit is the smooth step of
    /// a linear function of the input, S(z) = −2(z/gamma)³ + 3z/(2·gamma) + 1/2 between −gamma/2 and gamma/2, 0 below, 1 above;
    /// a choice's share in a selector is the product over its digits. The selectors are weighed by a softmax, linear in the
    /// input too.
    ///
    /// Shape: `f32[rows, n]` to `f32[rows, choices]`. Weights: `selector[n, k·m]`, `selector_bias[k·m]`, drawn uniformly from
    /// ±gamma/100; `share[n, k]`, `share_bias[k]`, from ±0.05, as the authors' code does. The report shows the mean share of each
    /// choice.
    pub struct SparseGate = "sparse_gate" {
        /// How many things it chooses among: a power of two, so that every code word is a choice.
        pos choices: usize, in Range::AT_LEAST_ONE;
        /// How many of them it may end with.
        k: usize = 2, in Range::AT_LEAST_ONE;
        /// Width of the smooth step. The wider, the later a choice is final.
        gamma: f64 = 1.0, in Range::POSITIVE;
    }
}

impl SparseGate {
    /// Binary digits of a choice.
    pub fn digits(&self) -> usize {
        self.choices.trailing_zeros() as usize
    }
}

impl Layer for SparseGate {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_vector("sparse_gate", &inputs[0])?;
        if !self.choices.is_power_of_two() || self.choices < 2 {
            let near = self.choices.max(2).next_power_of_two();
            return Err(ShapeError::new(format!(
                "`sparse_gate` chooses among 2, 4, 8, … things, and here among {}",
                self.choices
            ))
            .parameter("choices")
            .help(format!("make it {near}: each choice is a number of binary digits, and none may be left over")));
        }
        if self.k > self.choices {
            return Err(ShapeError::new(format!("`sparse_gate` cannot keep {} of {}", self.k, self.choices))
                .parameter("k")
                .help(format!("let `k` be at most {}", self.choices)));
        }
        Ok(Type::real(inputs[0].rows().clone(), [Dim::int(self.choices as i64)]))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let width = inputs[0].last().size.clone();
        let within = |bound: f64| Init::Uniform { bound_squared_times_fan: bound * bound, fan: Dim::int(1) };
        let digits = Dim::int((self.k * self.digits()) as i64);
        let k = Dim::int(self.k as i64);
        vec![
            WeightSpec::matrix("selector", vec![width.clone(), digits.clone()], within(self.gamma / 100.0)),
            WeightSpec::bias("selector_bias", vec![digits], within(self.gamma / 100.0)),
            WeightSpec::matrix("share", vec![width, k.clone()], within(0.05)),
            WeightSpec::bias("share_bias", vec![k], within(0.05)),
        ]
    }

    fn operations(&self, inputs: &[Type], _output: &Type) -> Dim {
        inputs[0].last().size.clone() * Dim::int((self.k * (self.digits() + 1)) as i64)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { reports: Some("gate"), ..Capabilities::default() }
    }
}
