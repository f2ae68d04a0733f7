//! `layer_norm`: normalises the features of each place.

use super::{Init, Layer, WeightSpec};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Normalises the features of each row, at each place, to mean 0 and variance 1 (Ba et al. 2016, arXiv:1607.06450), then scales and shifts.
    ///
    /// Of pictures the channels of each place, as ConvNeXt does (Liu et al. 2022, arXiv:2201.03545).
    ///
    /// Shape: `f32[rows, …, n]` or `f32[rows, n, H, W]`, unchanged. Weights: `weight[n]`, `bias[n]`.
    pub struct LayerNorm = "layer_norm" {
        /// Added to the variance.
        epsilon: f64 = 1e-5, in Range::POSITIVE;
    }
}

impl Layer for LayerNorm {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        match inputs[0].is_picture() {
            true => super::require_pictures("layer_norm", &inputs[0])?,
            false => super::require_features("layer_norm", &inputs[0])?,
        }
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let shape = vec![super::channels(&inputs[0]).clone()];
        vec![WeightSpec::bias("weight", shape.clone(), Init::Ones), WeightSpec::bias("bias", shape, Init::Zeros)]
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
