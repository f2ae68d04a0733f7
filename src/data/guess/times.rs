//! Columns of dates and times that are not written as `2024-01-31`, and how they are.

use std::collections::HashMap;

use super::profile::ColumnProfile;
use super::settle::is_blank;
use crate::catalog::dates::{TimeFormat, formats_of};

/// No date is written with more letters.
const LONGEST: usize = 40;
/// Whole numbers in this range may be dates such as 20240131.
const DATES: std::ops::RangeInclusive<f64> = 19_000_101.0..=21_001_231.0;

/// The formats that read every cell of a column; several if nothing tells the day from the month.
#[derive(Debug, Default)]
pub struct Formats {
    formats: Vec<(String, TimeFormat)>,
    /// Spellings of a missing value among them.
    blanks: HashMap<String, usize>,
}

impl Formats {
    /// What the cells that were told apart suggest. `present` is how many cells hold something.
    pub fn suggested(column: &ColumnProfile, present: usize) -> Option<Formats> {
        if column.times == present || present == 0 {
            return None;
        }
        let numbers = column.numbers.count == present;
        let cells = || column.distinct.keys().map(String::as_str).filter(|cell| !is_blank(cell));
        let dated = |cell: &str| cell.len() <= LONGEST && cell.bytes().any(|byte| byte.is_ascii_digit());
        if cells().next().is_none() || !cells().all(dated) {
            return None;
        }
        let range = *DATES.start() <= column.numbers.least && column.numbers.most <= *DATES.end();
        if numbers && (!range || column.numbers.whole < present) || !numbers && column.numbers.count > 0 {
            return None;
        }
        let plain = |format: &String| format.starts_with('%') && (numbers == (format == "%Y%m%d"));
        let read = |format: String| Some((format.clone(), TimeFormat::parse(&format).ok()?));
        let formats: Vec<_> = formats_of(cells()).into_iter().filter(plain).filter_map(read).collect();
        (!formats.is_empty()).then(|| Formats { formats, blanks: HashMap::new() })
    }

    /// Takes a cell; whether any format is left.
    pub fn add(&mut self, cell: &str) -> bool {
        if is_blank(cell) {
            *self.blanks.entry(cell.to_string()).or_default() += 1;
        } else {
            self.formats.retain(|(_, format)| format.read(cell).is_some());
        }
        !self.formats.is_empty()
    }

    /// Puts what was found into the column. `all`: every cell has been taken, where not all could be told apart before.
    pub fn settle(self, column: &mut ColumnProfile, all: bool) {
        if all {
            column.distinct.extend(self.blanks);
        }
        column.formats = self.formats.into_iter().map(|(format, _)| format).collect();
    }
}
