//! `huber`: huber's loss: squared below `delta`, linear above (Huber 1964), averaged over the target's components.

use super::{Loss, require_same_shape};
use crate::catalog::error::Undecided;
use crate::catalog::{Range, ShapeError, Type};

crate::entry! {
    /// Huber's loss: squared below `delta`, linear above (Huber 1964), averaged over the target's components.
    ///
    /// `½·e²` for `|e| ≤ delta`, else `delta·(|e| − ½·delta)`. Output and target: `f32[rows, …]` of one shape. Unit: row.
    pub struct Huber = "huber" {
        /// Where the square ends and the line begins, in the target's unit.
        pos delta: f64 = 1.0, in Range::POSITIVE;
    }
}

impl Loss for Huber {
    fn check(&self, output: &Type, target: &Type, undecided: &mut Undecided) -> Result<(), ShapeError> {
        require_same_shape("huber", output, target, undecided)
    }

    fn depends_on_scale(&self) -> bool {
        true
    }
}
