//! `id`: what identifies a row: carried along to predictions, and what the split is drawn by.

use super::{ColumnKind, ColumnRead};
use crate::catalog::{Kind, Type};

crate::entry! {
    /// What identifies a row: carried along to predictions, and what the split is drawn by.
    pub struct Id = "id" {
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

impl ColumnKind for Id {
    fn missing(&self) -> Option<&[String]> {
        self.missing.as_deref()
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        Type::new(Kind::Text, vec![read.rows.clone()])
    }
}
