//! `category`: one of a set of classes.

use super::{ColumnKind, ColumnRead, Reading};
use crate::catalog::{Dim, Kind, Type};

crate::entry! {
    /// One of a set of classes: those written, in their order, or those seen in the training part, sorted.
    ///
    /// As an input the type is `category(n + 2)[rows]`: two more indices stand for *unknown* and *missing*. As a label it
    /// is `category(n)[rows]`, and a class that is not known is an error that names the row. Several columns read together
    /// keep classes of their own: `categories(n + 2, m + 2)[rows, 2]`, from which `one_hot` and `embed` make numbers.
    pub struct Category = "category" {
        /// The classes, in order; left out, they are read from the data.
        pos classes: Vec<String> = Vec::new();
    }
}

impl ColumnKind for Category {
    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        let known = match self.classes.len() {
            0 => Dim::symbol(format!("classes({})", read.column)),
            count => Dim::int(count as i64),
        };
        let classes = match read.reading {
            Reading::Input => known + Dim::int(2),
            Reading::Label => known,
        };
        Type::new(Kind::Category { classes }, vec![read.rows.clone()])
    }

    fn declared_classes(&self) -> Option<&[String]> {
        (!self.classes.is_empty()).then_some(&self.classes)
    }
}
