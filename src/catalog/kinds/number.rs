//! `number`: a number per row, or an array of a fixed shape.

use super::{ColumnKind, ColumnRead};
use crate::catalog::functions::ValueType;
use crate::catalog::{Dim, Type};

crate::entry! {
    /// A number per row, or with `number[8, 8]` an array of that shape per row. Missing values are allowed.
    ///
    /// Sizes may say which axes they are of, in whatever order the file has them: `number[time: 50, channels: 3]`,
    /// `number[height: 32, width: 32, channels: 3]`. Rows are then put in the order in which layers have them: `time`, `channels`, `height`,
    /// `width`, `features`.
    ///
    /// Type: `f32[rows, k]` for k columns read together (k = 1 for one), `f32[rows, 8, 8]` for an array.
    pub struct Number = "number" {
        /// What stands before or after each number and is taken off: `"$"`, `"%"`, `"kg"`. `45%` is then 45. A cell without it is an
        /// error, since it may be of another unit.
        unit: String = String::new();
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

impl ColumnKind for Number {
    fn in_expressions(&self) -> ValueType {
        ValueType::Number
    }

    fn missing(&self) -> Option<&[String]> {
        self.missing.as_deref()
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        if let Some(layout) = read.layout {
            return layout.ty(read.rows.clone());
        }
        let shape: &[usize] = if read.shape.is_empty() { &[1] } else { read.shape };
        Type::real(read.rows.clone(), shape.iter().map(|size| Dim::int(*size as i64)))
    }

    fn takes_shape(&self) -> bool {
        true
    }
}
