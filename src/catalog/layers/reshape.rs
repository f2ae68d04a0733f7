//! `reshape`: the same numbers with other axes.

use super::{Capabilities, Layer, require_real};
use crate::catalog::error::Undecided;
use crate::catalog::{Dim, Range, ShapeError, Type};

crate::entry! {
    /// The same numbers, row-major, with other sizes after the rows: `-> reshape(1, 8, 8)` makes pictures of one channel. One size is
    /// `features`, two are `time` and `features`, three `channels`, `height` and `width`, and four are these over `time`.
    ///
    /// Shape: `f32[rows, …]` to `f32[rows, sizes…]` of as many elements.
    pub struct Reshape = "reshape" {
        /// The sizes after the rows.
        pos sizes: Vec<Dim>, in Range::AT_LEAST_ONE;
    }
}

impl Layer for Reshape {
    fn infer(&self, inputs: &[Type], undecided: &mut Undecided) -> Result<Type, ShapeError> {
        require_real("reshape", &inputs[0])?;
        let before = inputs[0].elements_per_row();
        let after = self.sizes.iter().fold(Dim::int(1), |product, size| product * size.clone());
        if self.sizes.is_empty() || self.sizes.len() > 4 {
            return Err(ShapeError::new("`reshape` takes one to four sizes").parameter("sizes"));
        }
        super::require_fixed("reshape", &inputs[0])?;
        if !undecided.require(&before, &after, "`reshape` keeps every number") {
            return Err(ShapeError::new(format!(
                "`reshape` cannot make {after} numbers per row of {before}: {} comes in",
                inputs[0]
            ))
            .parameter("sizes"));
        }
        Ok(Type::real(inputs[0].rows().clone(), self.sizes.iter().cloned()))
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { reshapes: true, ..Capabilities::default() }
    }

    fn is_identity(&self, inputs: &[Type]) -> bool {
        self.infer(inputs, &mut Undecided::default()).is_ok_and(|output| output.axes == inputs[0].axes)
    }
}
