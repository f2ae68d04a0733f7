//! `mask`: lets a part of each element through.

use super::{Capabilities, Layer, same_shape};
use crate::catalog::along_time::AlongTime;
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// Soft attention by element: `mask(value, logits)` is value · sigmoid(logits) (as in Liu et al. 2019, arXiv:1803.10704).
    ///
    /// Shape: two values `f32[rows, …]` of one shape, which is the output's. The report shows how much is let through on average.
    ///
    /// ```text
    /// let seen = mask(features, features -> dense(32) -> relu -> dense(64))
    /// ```
    pub struct Mask = "mask" {}
}

impl Layer for Mask {
    fn arity(&self) -> std::ops::RangeInclusive<usize> {
        2..=2
    }

    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError> {
        same_shape("mask", inputs, 0, undecided)?;
        Ok(inputs[0].clone())
    }

    fn operations(&self, _inputs: &[Type], output: &Type) -> Dim {
        output.elements_per_row()
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { reports: Some("mask"), ..Capabilities::default() }
    }

    fn along_time(&self) -> AlongTime {
        AlongTime::Place
    }
}
