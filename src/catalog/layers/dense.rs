//! `dense`: a fully connected layer.

use super::add::Add;
use super::low_rank::LowRank;
use super::{Adapter, Capabilities, Init, Layer, LayerDef, WeightSpec};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// A fully connected layer: `y = x·W + b` along the features.
    ///
    /// Shape: `f32[rows, …, n]` to `f32[rows, …, units]`. Weights: `weight[n, units]`, `bias[units]`, both drawn
    /// uniformly from ±1/√n, as PyTorch's `Linear` does.
    pub struct Dense = "dense" {
        /// Width of the output.
        pos units: Dim, in Range::AT_LEAST_ONE;
        /// Whether a bias is added.
        bias: bool = true;
    }
}

impl Layer for Dense {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_features("dense", &inputs[0])?;
        Ok(inputs[0].with_last(self.units.clone()))
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let fan = inputs[0].last().size.clone();
        let init = Init::Uniform { bound_squared_times_fan: 1.0, fan: fan.clone() };
        let mut weights = vec![WeightSpec::matrix("weight", vec![fan, self.units.clone()], init.clone())];
        if self.bias {
            weights.push(WeightSpec::bias("bias", vec![self.units.clone()], init));
        }
        weights
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { low_rank: true, ..Capabilities::default() }
    }

    fn adapter(&self, rank: usize, alpha: f64) -> Option<Adapter> {
        let branch = LayerDef::LowRank(LowRank { units: self.units.clone(), rank, alpha });
        Some(Adapter { branch, join: LayerDef::Add(Add {}) })
    }

    fn operations(&self, inputs: &[Type], _output: &Type) -> Dim {
        inputs[0].elements_per_row() * self.units.clone()
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
