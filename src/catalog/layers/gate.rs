//! `gate`: a share for each of several choices.

use super::{Capabilities, Init, Layer, WeightSpec, require_rank, require_real};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// How much each row wants of each choice: `softmax(x·W)`, shares that are positive and sum to 1 (Jordan and Jacobs 1994; as
    /// in Ma et al. 2018). A `mixture` spends them.
    ///
    /// Shape: `f32[rows, n]` to `f32[rows, choices]`. Weights: `weight[n, choices]`, drawn uniformly from ±1/√n. The report shows
    /// the mean share of each choice.
    ///
    /// ```text
    /// let blend = mixture(x -> gate(2), a, b)
    /// ```
    pub struct Gate = "gate" {
        /// How many things it chooses among.
        pos choices: usize, in Range::AT_LEAST_ONE;
    }
}

/// A gate reads one vector per row.
pub(super) fn require_vector(layer: &str, input: &Type) -> Result<(), ShapeError> {
    require_real(layer, input)?;
    require_rank(layer, input, 2..=2).map_err(|error| match input.rank() {
        _ if input.is_picture() => {
            error.help("make a vector of each picture first: `-> global_avg_pool` or `-> flatten`")
        }
        _ if input.is_variable() => error.help("make a vector of each sequence first: `-> mean_pool`"),
        3 => error.help("make a vector of each sequence first: `-> mean_pool` or `-> flatten`"),
        _ => error,
    })?;
    super::require_fixed(layer, input)
}

impl Layer for Gate {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_vector("gate", &inputs[0])?;
        Ok(Type::real(inputs[0].rows().clone(), [Dim::int(self.choices as i64)]))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let fan = inputs[0].last().size.clone();
        let init = Init::Uniform { bound_squared_times_fan: 1.0, fan: fan.clone() };
        vec![WeightSpec::matrix("weight", vec![fan, Dim::int(self.choices as i64)], init)]
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        inputs[0].last().size.clone() * output.last().size.clone()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { reports: Some("gate"), ..Capabilities::default() }
    }
}
