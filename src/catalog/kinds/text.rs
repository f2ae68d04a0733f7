//! `text`: text of any length.

use super::{ColumnKind, ColumnRead};
use crate::catalog::{Kind, Type};

crate::entry! {
    /// Text of any length.
    ///
    /// Type: `text[rows]`; a step such as `characters` makes tokens of it.
    pub struct Text = "text" {}
}

impl ColumnKind for Text {
    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        Type::new(Kind::Text, vec![read.rows.clone()])
    }
}
