//! `time`: a date or a point in time: `2026-11-23`, `2026-11-23T20:17:00Z`, or seconds since 1970.

use super::{ColumnKind, ColumnRead};
use crate::catalog::dates::{self, TimeFormat};
use crate::catalog::functions::ValueType;
use crate::catalog::{Kind, Type};

crate::entry! {
    /// A date or a point in time: `2026-11-23`, `2026-11-23T20:17:00Z`, or seconds since 1970.
    ///
    /// Without a `format`, a plain number counts as seconds only from 1973 to 2286: `20240101` is a date without separators, and
    /// 1700000000000 are milliseconds, which have formats of their own. `check --data` shows the earliest and the latest that it
    /// read.
    ///
    /// Type: `time[rows]`. What a split by time orders by.
    pub struct Time = "time" {
        /// How the cells are written, as in `strftime`: `"%d.%m.%Y"`, `"%Y%m%d"`, `"%m/%d/%y %I:%M %p"`. The fields are `%Y` `%y` years,
        /// `%m` `%b` `%B` months, `%d` `%e` days, `%j` days of the year, `%H` `%I` `%p` hours, `%M` `%S` `%f`, `%z` zones, `%a` weekdays,
        /// and `%F` `%T` `%R` in short; a day or hour may have one digit. Or a count: `"seconds"`, `"milliseconds"`,
        /// `"microseconds"`, `"nanoseconds"` or `"days"` since 1970, `"spreadsheet days"` since 1899-12-30.
        format: Option<String>;
        /// Spellings of a missing value in this column, in place of the data set's; `inherited + ["?"]` adds to those.
        missing: Option<Vec<String>>;
    }
}

impl Time {
    /// The seconds since 1970 of a time as the spec writes it: as `2026-11-23`, or as the column does.
    pub fn moment(&self, text: &str) -> Option<f64> {
        let format = self.format.as_deref().and_then(|format| TimeFormat::parse(format).ok());
        dates::read(text).or_else(|| format?.read(text))
    }
}

impl ColumnKind for Time {
    fn in_expressions(&self) -> ValueType {
        ValueType::Time
    }

    fn missing(&self) -> Option<&[String]> {
        self.missing.as_deref()
    }

    fn problem(&self) -> Option<(&'static str, String)> {
        let format = self.format.as_deref()?;
        let why = TimeFormat::parse(format).err()?;
        Some(("format", format!("{format:?} is no format of times: {why}")))
    }

    fn value_type(&self, read: &ColumnRead<'_>) -> Type {
        Type::new(Kind::Time, vec![read.rows.clone()])
    }
}
