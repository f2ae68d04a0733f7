//! `labels`: a set of classes per row, written with a separator: `red|round`.

use super::{ColumnKind, ColumnRead};
use crate::catalog::functions::ValueType;
use crate::catalog::{Kind, Type};

crate::entry! {
    /// A set of classes per row, written with a separator, `red|round`, or as a list: `["red", "round"]`, `['red', 'round']`.
    /// An empty cell, or an empty list, is the empty set.
    ///
    /// Type: `labels[rows, classes]`. The classes are those written, or those seen in the training part, sorted.
    pub struct Labels = "labels" {
        /// The classes, in order; left out, they are read from the data.
        pos classes: Vec<String> = Vec::new();
        /// What stands between two classes of a cell.
        separator: String = "|".to_string();
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

impl ColumnKind for Labels {
    fn in_expressions(&self) -> ValueType {
        ValueType::Set
    }

    fn can_be_made_of(&self, ty: ValueType) -> bool {
        ty == ValueType::Text
    }

    fn missing(&self) -> Option<&[String]> {
        self.missing.as_deref()
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        let classes = read.classes(&self.classes);
        Type::features(Kind::Labels, read.rows.clone(), classes)
    }

    fn declared_classes(&self) -> Option<&[String]> {
        (!self.classes.is_empty()).then_some(&self.classes)
    }
}
