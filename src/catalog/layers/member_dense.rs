//! `member_dense`: a dense layer of its own for each member of an ensemble.

use super::{Init, Layer, WeightSpec, require_members};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// A dense layer of its own for each member of an `ensemble`: `y_m = x_m·W_m + b_m`. TabM ends in one.
    ///
    /// Shape: `f32[rows, members, n]` to `f32[rows, members, units]`. Weights: `weight[members, n, units]` and
    /// `bias[members, units]`, both drawn uniformly from ±1/√n.
    pub struct MemberDense = "member_dense" {
        /// Width of the output.
        pos units: Dim, in Range::AT_LEAST_ONE;
    }
}

impl Layer for MemberDense {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_members("member_dense", &inputs[0])?;
        Ok(inputs[0].with_last(self.units.clone()))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let (members, fan) = (inputs[0].axes[1].size.clone(), inputs[0].last().size.clone());
        let init = Init::Uniform { bound_squared_times_fan: 1.0, fan: fan.clone() };
        vec![
            WeightSpec::matrix("weight", vec![members.clone(), fan, self.units.clone()], init.clone()),
            WeightSpec::bias("bias", vec![members, self.units.clone()], init),
        ]
    }

    fn operations(&self, inputs: &[Type], _output: &Type) -> Dim {
        inputs[0].elements_per_row() * self.units.clone()
    }
}
