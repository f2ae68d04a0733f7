//! `mse`: mean squared error.

use super::{Loss, require_same_shape};
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Mean squared error: `(output − target)²`, averaged over the target's components.
    ///
    /// Output and target: `f32[rows, …]` of one shape. Unit: row, in the square of the target's unit.
    pub struct Mse = "mse" {}
}

impl Loss for Mse {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        require_same_shape("mse", output, target, undecided)
    }

    fn depends_on_scale(&self) -> bool {
        true
    }
}
