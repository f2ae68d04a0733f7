//! `gru`: a recurrent layer that reads a sequence from its first place to its last.

use super::{Layer, WeightSpec, recurrent};
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
    /// It is *causal*: no place knows of those behind it. So it can stand in a head that writes, and then takes one step per token. If
    /// `bidirectional`, a second one walks from the last place of each row to its first, and each place gets what both remember side by side.
    ///
    /// Shape: `f32[rows, time, n]` to `f32[rows, time, units]` (`2·units` if bidirectional). Weights, for r, z and n side by side: `weight_input[n, 3·units]`,
    /// `weight_state[units, 3·units]`, `bias_input[3·units]`, `bias_state[3·units]`, drawn uniformly from ±1/√units, as PyTorch
    /// does; of the second the same, with `_reverse` behind their names.
    pub struct Gru = "gru" {
        /// How many numbers it remembers.
        pos units: Dim, in Range::AT_LEAST_ONE;
        /// Whether a second one walks the other way.
        bidirectional: bool = false;
    }
}

impl Layer for Gru {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        recurrent::infer("gru", &inputs[0], &self.units, self.bidirectional)
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        recurrent::weights(&inputs[0], &self.units, 3, self.bidirectional)
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        recurrent::operations(&inputs[0], output, &self.units, 3)
    }

    fn along_time(&self) -> AlongTime {
        recurrent::along_time(self.bidirectional)
    }
}
