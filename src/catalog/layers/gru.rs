//! `gru`: a recurrent layer that reads a sequence from its first place to its last.

use super::{Init, Layer, WeightSpec};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// A gated recurrent unit (Cho et al. 2014, [arXiv:1406.1078](https://arxiv.org/abs/1406.1078)): walks along time and gives, at each
    /// place, what it remembers of the places up to there. The last place of a row knows all of it: `-> last_pool`.
    ///
    /// With x of the place and h of the place before (zeros at first): r = σ(x·W_r + b_r + h·U_r + c_r), z = σ(x·W_z + b_z + h·U_z + c_z),
    /// n = tanh(x·W_n + b_n + r ∘ (h·U_n + c_n)), and h′ = (1 − z) ∘ n + z ∘ h, as PyTorch has it.
    ///
    /// It is *causal*: no place knows of those behind it. So it can stand in a head that writes, and then takes one step per token.
    ///
    /// Shape: `f32[rows, time, n]` to `f32[rows, time, units]`. Weights, for r, z and n side by side: `weight_input[n, 3·units]`,
    /// `weight_state[units, 3·units]`, `bias_input[3·units]`, `bias_state[3·units]`, drawn uniformly from ±1/√units, as PyTorch does.
    pub struct Gru = "gru" {
        /// How many numbers it remembers.
        pos units: Dim, in Range::AT_LEAST_ONE;
    }
}

impl Layer for Gru {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_sequence("gru", &inputs[0])?;
        Ok(inputs[0].with_last(self.units.clone()))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let init = Init::Uniform { bound_squared_times_fan: 1.0, fan: self.units.clone() };
        let gates = self.units.clone() * Dim::int(3);
        vec![
            WeightSpec::matrix("weight_input", vec![inputs[0].last().size.clone(), gates.clone()], init.clone()),
            WeightSpec::matrix("weight_state", vec![self.units.clone(), gates.clone()], init.clone()),
            WeightSpec::bias("bias_input", vec![gates.clone()], init.clone()),
            WeightSpec::bias("bias_state", vec![gates], init),
        ]
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row() * (inputs[0].last().size.clone() + self.units.clone()) * Dim::int(3)
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Past
    }
}
