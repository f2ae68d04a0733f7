//! `rms_norm`: scales the features of each place.

use super::{Init, Layer, WeightSpec};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Divides the features of each row, at each place, by the root of their mean square (Zhang and Sennrich 2019, arXiv:1910.07467), then scales
    /// them.
    ///
    /// It is [`layer_norm`](#layer_norm) without mean and shift.
    ///
    /// Shape: `f32[rows, …, n]`, unchanged. Weights: `weight[n]`, ones.
    pub struct RmsNorm = "rms_norm" {
        /// Added to the mean square.
        epsilon: f64 = 1e-6, in Range::POSITIVE;
    }
}

impl Layer for RmsNorm {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_features("rms_norm", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        vec![WeightSpec::bias("weight", vec![inputs[0].last().size.clone()], Init::Ones)]
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
