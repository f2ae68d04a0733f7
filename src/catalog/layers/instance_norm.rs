//! `instance_norm`: normalises each channel of each row.

use super::group_norm::{affine, require_normed};
use super::{Layer, WeightSpec};
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Normalises each channel of each picture, clip or sequence, over its places, to mean 0 and variance 1 (Ulyanov et al. 2016, arXiv:1607.08022), then
    /// scales and shifts it: what tells one picture's contrast from another's goes, or the level of one series from that of another. Padding does not count.
    ///
    /// Shape: `f32[rows, time, C]`, `f32[rows, C, H, W]` or `f32[rows, T, C, H, W]`, unchanged. Weights: `weight[C]`, `bias[C]`.
    pub struct InstanceNorm = "instance_norm" {
        /// Added to the variance.
        epsilon: f64 = 1e-5, in Range::POSITIVE;
    }
}

impl Layer for InstanceNorm {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_normed("instance_norm", &inputs[0], false)?;
        Ok(inputs[0].clone())
    }

    fn weights(&self, inputs: &[Type]) -> Vec<WeightSpec> {
        affine(&inputs[0])
    }
}
