//! `feature_scale`: a learned factor per feature.

use super::{Init, Layer, WeightSpec};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// Multiplies each feature by a learned factor, so that a network can soon turn down what does not help: the scaling layer of
    /// RealMLP (Holzmüller et al. 2024, arXiv:2407.04491), which stands before the first dense layer. Of pictures it does so with each channel: at the end of
    /// a branch, with a `start` of almost nothing, it lets a deep network begin as one that hands on what it reads (Touvron et al. 2021, arXiv:2103.17239).
    ///
    /// Shape: `f32[rows, …, n]` or `f32[rows, n, H, W]`, unchanged. Weights: `factor[n]`, all `start`. RealMLP lets them learn six times as fast as the rest:
    /// `transfer { trunk.feature_scale.1 { lr: 6x } }`.
    pub struct FeatureScale = "feature_scale" {
        /// What the factors start from.
        start: f64 = 1.0;
    }
}

impl Layer for FeatureScale {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        match inputs[0].is_picture() {
            true => super::require_pictures("feature_scale", &inputs[0])?,
            false => super::require_features("feature_scale", &inputs[0])?,
        }
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        let init = if self.start == 1.0 { Init::Ones } else { Init::Values(vec![self.start]) };
        vec![WeightSpec::bias("factor", vec![super::channels(&inputs[0]).clone()], init)]
    }

    fn operations(&self, _inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row()
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
