//! `lstm`: a recurrent layer with a memory of its own beside what it gives.

use super::{Layer, WeightSpec, recurrent};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// A long short-term memory (Hochreiter and Schmidhuber 1997): walks along time with a state h that it gives and a cell c that it
    /// keeps, both zeros at first. The last place of a row knows all of it: `-> last_pool`.
    ///
    /// With x of the place, h and c of the place before: i, f, o = σ(x·W + b + h·U + d), each with its own part of the weights,
    /// g = tanh(x·W_g + b_g + h·U_g + d_g), c′ = f ∘ c + i ∘ g, and h′ = o ∘ tanh(c′), as PyTorch has it.
    ///
    /// It is *causal*: no place knows of those behind it. So it can stand in a head that writes, and then takes one step per token. If
    /// `bidirectional`, a second one walks from the last place of each row to its first, and each place gets what both remember side by side.
    ///
    /// Shape: `f32[rows, time, n]` to `f32[rows, time, units]` (`2·units` if bidirectional). Weights, for i, f, g and o side by side: `weight_input[n, 4·units]`,
    /// `weight_state[units, 4·units]`, `bias_input[4·units]`, `bias_state[4·units]`, drawn uniformly from ±1/√units, as PyTorch
    /// does; of the second the same, with `_reverse` behind their names.
    pub struct Lstm = "lstm" {
        /// How many numbers it remembers.
        pos units: Dim, in Range::AT_LEAST_ONE;
        /// Whether a second one walks the other way.
        bidirectional: bool = false;
    }
}

impl Layer for Lstm {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        recurrent::infer("lstm", &inputs[0], &self.units, self.bidirectional)
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        recurrent::weights(&inputs[0], &self.units, 4, self.bidirectional)
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        recurrent::operations(&inputs[0], output, &self.units, 4)
    }

    fn along_time(&self) -> AlongTime {
        recurrent::along_time(self.bidirectional)
    }
}
