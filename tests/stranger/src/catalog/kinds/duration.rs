//! `duration`: how long something takes: `1:30`, `0:01:30`, or seconds.

use super::{ColumnKind, ColumnRead};
use crate::catalog::functions::ValueType;
use crate::catalog::{Dim, Type};

crate::entry! {
    /// How long something takes, as minutes and seconds (`1:30`), hours, minutes and seconds (`0:01:30`), or seconds alone.
    ///
    /// Type: `f32[rows, k]` for k columns read together, in seconds.
    pub struct Duration = "duration" {
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

impl ColumnKind for Duration {
    fn in_expressions(&self) -> ValueType {
        ValueType::Number
    }

    fn missing(&self) -> Option<&[String]> {
        self.missing.as_deref()
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        Type::real(read.rows.clone(), [Dim::int(1)])
    }
}
