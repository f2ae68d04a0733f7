//! `spatial_softmax`: where in the picture each channel is strongest, as two numbers.

use super::{Layer, require_picture};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// Where each channel is strongest, across and down (Levine et al. 2016, [arXiv:1504.00702](https://arxiv.org/abs/1504.00702)): the softmax over all
    /// places of a channel says how much each counts, and the mean of where they are, from −1 to 1, is a place between pixels with a slope
    /// everywhere. What follows hears where something is, and not how it looks: centres, distances, ways and speeds are nearly linear in it.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, 2·C]`: of each channel across, then down. A side of one place has 0 there.
    pub struct SpatialSoftmax = "spatial_softmax" {}
}

impl Layer for SpatialSoftmax {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_picture("spatial_softmax", &inputs[0])?;
        let channels = inputs[0].axes[1].size.clone();
        Ok(Type::real(inputs[0].rows().clone(), [channels * Dim::int(2)]))
    }
}
