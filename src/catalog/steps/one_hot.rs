//! `one_hot`: one number per class: 1 for the row's own, 0 elsewhere.

use super::{Step, needs_category};
use crate::catalog::{Kind, ShapeError, Type};

crate::entry! {
    /// One number per class: 1 for the row's own, 0 elsewhere.
    ///
    /// An input category has two more places, *unknown* and *missing*. Shape: `category(n)[rows]` to `f32[rows, n]`.
    pub struct OneHot = "one_hot" {}
}

impl Step for OneHot {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_category("one_hot", input)?;
        let Kind::Category { classes } = &input.kind else { return Ok(input.clone()) };
        if input.rank() != 1 {
            return Err(
                ShapeError::new("`one_hot` takes one category at a time").help("give each column an input of its own")
            );
        }
        Ok(Type::real(input.rows().clone(), [classes.clone()]))
    }

    fn fills_missing(&self) -> bool {
        true
    }
}
