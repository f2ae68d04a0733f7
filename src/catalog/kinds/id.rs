//! `id`: what identifies a row: carried along to predictions, and what the split is drawn by.

use super::{ColumnKind, ColumnRead};
use crate::catalog::{Kind, Type};

crate::entry! {
    /// What identifies a row: carried along to predictions, and what the split is drawn by.
    pub struct Id = "id" {}
}

impl ColumnKind for Id {
    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        Type::new(Kind::Text, vec![read.rows.clone()])
    }
}
