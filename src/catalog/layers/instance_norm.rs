//! `instance_norm`: normalises each channel of each picture.

use super::group_norm::{affine, require_whole};
use super::{Layer, WeightSpec};
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Normalises each channel of each picture, over its places, to mean 0 and variance 1 (Ulyanov et al. 2016, arXiv:1607.08022), then scales
    /// and shifts it: what tells one picture's contrast from another's goes.
    ///
    /// Shape: `f32[rows, C, H, W]`, unchanged. Weights: `weight[C]`, `bias[C]`.
    pub struct InstanceNorm = "instance_norm" {
        /// Added to the variance.
        epsilon: f64 = 1e-5, in Range::POSITIVE;
    }
}

impl Layer for InstanceNorm {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        super::require_picture("instance_norm", &inputs[0])?;
        require_whole("instance_norm", &inputs[0])?;
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        affine(&inputs[0])
    }
}
