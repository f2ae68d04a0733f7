//! `multi_hot`: one number per class: 1 for each class of the row's set, 0 elsewhere.

use super::{Step, needs_labels};
use crate::catalog::{Kind, ShapeError, Type};

crate::entry! {
    /// One number per class: 1 for each class of the row's set, 0 elsewhere.
    ///
    /// Shape: `labels[rows, classes]` to `f32[rows, classes]`.
    pub struct MultiHot = "multi_hot" {}
}

impl Step for MultiHot {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_labels("multi_hot", input)?;
        Ok(input.with_kind(Kind::Real))
    }

    fn removes_scale(&self) -> bool {
        true
    }
}
