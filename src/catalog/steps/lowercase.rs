//! `lowercase`: text in lower case.

use super::{Step, needs_text};
use crate::catalog::{ShapeError, Type};

crate::entry! {
    /// Text in lower case.
    ///
    /// Of a target that is written, nothing is undone: the answer stays in lower case.
    pub struct Lowercase = "lowercase" {}
}

impl Step for Lowercase {
    fn infer(&self, input: &Type, _owner: &str) -> Result<Type, ShapeError> {
        needs_text("lowercase", input)?;
        Ok(input.clone())
    }

    fn invertible(&self) -> bool {
        true
    }
}
