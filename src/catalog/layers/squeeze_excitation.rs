//! `squeeze_excitation`: how much each channel counts, by what all places say of it.

use super::{Init, Layer, WeightSpec, require_picture};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// Multiplies each channel by a share between 0 and 1 that two dense layers, ReLU and sigmoid, make of the means of all channels
    /// (Hu et al. 2018, arXiv:1709.01507).
    ///
    /// Shape: `f32[rows, C, H, W]`, unchanged. Weights: `squeeze[C, channels]`, `squeeze_bias[channels]`, `excite[channels, C]`,
    /// `excite_bias[C]`, drawn uniformly from ±1/√(inputs), as PyTorch does.
    pub struct SqueezeExcitation = "squeeze_excitation" {
        /// How many numbers the means are squeezed into; usually a fourth or a sixteenth of the channels.
        pos channels: Dim, in Range::AT_LEAST_ONE;
    }
}

impl Layer for SqueezeExcitation {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_picture("squeeze_excitation", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let (all, few) = (inputs[0].axes[1].size.clone(), self.channels.clone());
        let init = |fan: &Dim| Init::Uniform { bound_squared_times_fan: 1.0, fan: fan.clone() };
        vec![
            WeightSpec::matrix("squeeze", vec![all.clone(), few.clone()], init(&all)),
            WeightSpec::bias("squeeze_bias", vec![few.clone()], init(&all)),
            WeightSpec::matrix("excite", vec![few.clone(), all.clone()], init(&few)),
            WeightSpec::bias("excite_bias", vec![all], init(&few)),
        ]
    }

    fn operations(&self, inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row() + Dim::int(2) * inputs[0].axes[1].size.clone() * self.channels.clone()
    }
}
