//! `time`: a date or a point in time: `2026-11-23`, `2026-11-23T20:17:00Z`, or seconds since 1970.

use super::{ColumnKind, ColumnRead};
use crate::catalog::{Kind, Type};

crate::entry! {
    /// A date or a point in time: `2026-11-23`, `2026-11-23T20:17:00Z`, or seconds since 1970.
    ///
    /// Type: `time[rows]`. What a split by time orders by.
    pub struct Time = "time" {}
}

impl ColumnKind for Time {
    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        Type::new(Kind::Time, vec![read.rows.clone()])
    }
}
