//! `attention_pool`: a mean over time whose weights are learned.

use super::{Init, Layer, WeightSpec, require_sequence};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// A mean over time in which each place counts by how much it says (Yang et al. 2016,
    /// [Hierarchical Attention Networks](https://aclanthology.org/N16-1174/)): with u = tanh(x·W + b), a place has the weight softmax(u·context) among
    /// those of its row. Padding has none, and a row without any place gives zeros.
    ///
    /// Shape: `f32[rows, time, n]` to `f32[rows, n]`. Weights: `weight[n, units]`, drawn uniformly from ±1/√n, `bias[units]`, zeros, and
    /// `context[units, 1]`, drawn uniformly from ±1/√units.
    pub struct AttentionPool = "attention_pool" {
        /// The width of u; as many as there are features, if left out.
        pos units: Option<Dim>, in Range::AT_LEAST_ONE;
    }
}

impl AttentionPool {
    fn units(&self, input: &Type) -> Dim {
        self.units.clone().unwrap_or_else(|| input.last().size.clone())
    }
}

impl Layer for AttentionPool {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_sequence("attention_pool", &inputs[0])?;
        Ok(Type::real(inputs[0].rows().clone(), [inputs[0].last().size.clone()]))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let (width, units) = (inputs[0].last().size.clone(), self.units(&inputs[0]));
        let uniform = |fan: &Dim| Init::Uniform { bound_squared_times_fan: 1.0, fan: fan.clone() };
        vec![
            WeightSpec::matrix("weight", vec![width.clone(), units.clone()], uniform(&width)),
            WeightSpec::bias("bias", vec![units.clone()], Init::Zeros),
            WeightSpec::matrix("context", vec![units.clone(), Dim::int(1)], uniform(&units)),
        ]
    }

    fn operations(&self, inputs: &[Type], _output: &Type) -> Dim {
        inputs[0].elements_per_row() * (self.units(&inputs[0]) + Dim::int(1))
    }
}
