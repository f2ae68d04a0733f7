//! `feature_scale`: a learned factor per feature.

use super::{Init, Layer, WeightSpec};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// Multiplies each feature by a learned factor, so that a network can soon turn down what does not help: the scaling layer of
    /// RealMLP (Holzmüller et al. 2024, arXiv:2407.04491), which stands before the first dense layer.
    ///
    /// Shape: `f32[rows, …, n]`, unchanged. Weights: `factor[n]`, ones. RealMLP lets them learn six times as fast as the rest:
    /// `transfer { trunk.feature_scale.1 { lr: 6x } }`.
    pub struct FeatureScale = "feature_scale" {}
}

impl Layer for FeatureScale {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_features("feature_scale", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        vec![WeightSpec::bias("factor", vec![inputs[0].last().size.clone()], Init::Ones)]
    }

    fn operations(&self, _inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row()
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
