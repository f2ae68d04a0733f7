//! `id`: what identifies a row: carried along to predictions, and what the split is drawn by.

use super::{ColumnKind, ColumnRead};
use crate::catalog::functions::ValueType;
use crate::catalog::{Kind, Type};

crate::entry! {
    /// What identifies a row: carried along to predictions, and what the split is drawn by.
    pub struct Id = "id" {
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

impl ColumnKind for Id {
    fn in_expressions(&self) -> ValueType {
        ValueType::Text
    }

    fn can_be_made_of(&self, ty: ValueType) -> bool {
        matches!(ty, ValueType::Text | ValueType::Number)
    }

    fn missing(&self) -> Option<&[String]> {
        self.missing.as_deref()
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        Type::new(Kind::Text, vec![read.rows.clone()])
    }
}
