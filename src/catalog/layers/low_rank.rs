//! `low_rank`: a linear map of low rank, as an adapter beside a dense layer.

use super::{Init, Layer, WeightSpec};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// A linear map of low rank: `y = (alpha / rank) · x·A·B` along the features (LoRA, Hu et al. 2021,
    /// arXiv:2106.09685). `adapter: lora(…)` in `transfer` puts one beside every dense layer of a part; at the start B is
    /// zero, so that the part computes what it computed without.
    ///
    /// Shape: `f32[rows, …, n]` to `f32[rows, …, units]`. Weights: `down[n, rank]` (A), drawn uniformly from ±1/√n, and
    /// `up[rank, units]` (B), zeros.
    pub struct LowRank = "low_rank" {
        /// Width of the output.
        pos units: Dim, in Range::AT_LEAST_ONE;
        /// The width between the two matrices.
        rank: usize = 8, in Range::AT_LEAST_ONE;
        /// The result is scaled by alpha / rank.
        alpha: f64 = 16.0, in Range::POSITIVE;
    }
}

impl Layer for LowRank {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_features("low_rank", &inputs[0])?;
        Ok(inputs[0].with_last(self.units.clone()))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let (fan, rank) = (inputs[0].last().size.clone(), Dim::int(self.rank as i64));
        let init = Init::Uniform { bound_squared_times_fan: 1.0, fan: fan.clone() };
        vec![
            WeightSpec::matrix("down", vec![fan, rank.clone()], init),
            WeightSpec::matrix("up", vec![rank, self.units.clone()], Init::Zeros),
        ]
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        let rank = Dim::int(self.rank as i64);
        inputs[0].elements_per_row() * rank.clone() + output.elements_per_row() * rank
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
