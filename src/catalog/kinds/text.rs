//! `text`: text of any length.

use super::{ColumnKind, ColumnRead};
use crate::catalog::functions::ValueType;
use crate::catalog::{Kind, Type};

crate::entry! {
    /// Text of any length.
    ///
    /// Type: `text[rows]`; a step such as `characters` makes tokens of it.
    pub struct Text = "text" {
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

impl ColumnKind for Text {
    fn in_expressions(&self) -> ValueType {
        ValueType::Text
    }

    fn missing(&self) -> Option<&[String]> {
        self.missing.as_deref()
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        Type::new(Kind::Text, vec![read.rows.clone()])
    }
}
