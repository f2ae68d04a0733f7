//! `is`: yes or no: 1 where the row has the class, 0 elsewhere.

use super::{Step, needs_category};
use crate::catalog::{Dim, ShapeError, Type};

crate::entry! {
    /// Yes or no: 1 where the row has the class, 0 elsewhere.
    ///
    /// The usual target of a yes-or-no task. Shape: `category[rows]` to `f32[rows, 1]`. A class that the column does not have is an
    /// error.
    pub struct Is = "is" {
        /// The class that means yes.
        pos class: String;
    }
}

impl Step for Is {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_category("is", input)?;
        Ok(Type::real(input.rows().clone(), [Dim::int(1)]))
    }

    fn names_class(&self) -> Option<&str> {
        Some(&self.class)
    }

    fn removes_scale(&self) -> bool {
        true
    }
}
