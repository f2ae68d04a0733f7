//! `mae`: mean absolute error: `|output − target|`, averaged over the target's components.

use super::{Loss, require_same_shape};
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Mean absolute error: `|output − target|`, averaged over the target's components.
    ///
    /// Output and target: `f32[rows, …]` of one shape. Unit: row, in the target's unit.
    pub struct Mae = "mae" {}
}

impl Loss for Mae {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        require_same_shape("mae", output, target, undecided)
    }

    fn depends_on_scale(&self) -> bool {
        true
    }
}
