//! `feature_tokens`: a vector per number, side by side as a sequence.

use super::{Init, Layer, WeightSpec};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Makes a vector of each number, x·weight + bias with weights of its own, and lets them stand side by side as the places of a sequence:
    /// the feature tokenizer of the FT-Transformer (Gorishniy et al. 2021, arXiv:2106.11959), after which `attention` lets each number of a
    /// row look at the others.
    ///
    /// With `summary` one more place stands last, a learned vector that is the same for every row: behind the attention it holds what has been
    /// read of the row, and `last_pool` takes it.
    ///
    /// Shape: `f32[rows, n]` to `f32[rows, n, width]`, or to `f32[rows, n + 1, width]`. Weights: `weight[n, width]`, `bias[n, width]` and, with
    /// `summary`, `summary[1, width]`, all drawn uniformly from ±1/√width.
    pub struct FeatureTokens = "feature_tokens" {
        /// Width of each number's vector.
        pos width: usize = 64, in Range::AT_LEAST_ONE;
        /// Whether a place that stands for the whole row is added.
        summary: bool = true;
    }
}

impl Layer for FeatureTokens {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_real("feature_tokens", &inputs[0])?;
        super::require_rank("feature_tokens", &inputs[0], 2..=2)?;
        super::require_features("feature_tokens", &inputs[0])?;
        let numbers = inputs[0].last().size.clone();
        let places = if self.summary { numbers + Dim::int(1) } else { numbers };
        Ok(Type::real(inputs[0].rows().clone(), [places, Dim::int(self.width as i64)]))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let (numbers, width) = (inputs[0].last().size.clone(), Dim::int(self.width as i64));
        let init = Init::Uniform { bound_squared_times_fan: 1.0, fan: width.clone() };
        let of = |name, rows| WeightSpec::bias(name, vec![rows, width.clone()], init.clone());
        let mut weights = vec![of("weight", numbers.clone()), of("bias", numbers)];
        if self.summary {
            weights.push(of("summary", Dim::int(1)));
        }
        weights
    }

    fn operations(&self, _inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row()
    }
}
