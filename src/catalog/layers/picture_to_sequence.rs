//! `picture_to_sequence`: the places of a picture, one after the other.

use super::{Layer, require_picture};
use crate::catalog::error::Undecided;
use crate::catalog::{Axis, Kind, ShapeError, Type};

crate::entry! {
    /// The places of each picture as a sequence, line by line, each with its channels as features: behind `conv2d(64, kernel: 8, stride: 8)`
    /// these are embedded patches (Dosovitskiy et al. 2021, arXiv:2010.11929), which `attention` lets look at each other.
    ///
    /// Shape: `f32[rows, C, H, W]` to `f32[rows, H·W, C]`.
    pub struct PictureToSequence = "picture_to_sequence" {}
}

impl Layer for PictureToSequence {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_picture("picture_to_sequence", &inputs[0])?;
        let axes = &inputs[0].axes;
        let time = Axis::new(Axis::TIME, axes[2].size.clone() * axes[3].size.clone());
        let features = Axis::new(Axis::FEATURES, axes[1].size.clone());
        Ok(Type::new(Kind::Real, vec![axes[0].clone(), time, features]))
    }
}
