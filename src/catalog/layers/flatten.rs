//! `flatten`: all axes after the rows as one.

use super::{Capabilities, Layer, require_real};
use crate::catalog::error::Undecided;
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// All axes after the rows as one.
    ///
    /// Shape: `f32[rows, a, b, …]` to `f32[rows, a·b·…]`.
    pub struct Flatten = "flatten" {}
}

impl Layer for Flatten {
    fn infer(&self, inputs: &[Type], _undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("flatten", &inputs[0])?;
        super::require_fixed("flatten", &inputs[0])?;
        Ok(Type::real(inputs[0].rows().clone(), [inputs[0].elements_per_row()]))
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { reshapes: true, ..Capabilities::default() }
    }

    fn is_identity(&self, inputs: &[Type]) -> bool {
        self.infer(inputs, &mut Undecided::default()).is_ok_and(|output| output.axes == inputs[0].axes)
    }
}
