//! Cells that stand in the way of a column of numbers: spellings of *missing* that are not the usual ones, and odd cells. They
//! are read as missing, and said.

use super::profile::{ColumnProfile, Odd, Profile};
use crate::data::problems::{count, shown};

/// Of a column of numbers, at most one cell in so many may be something else.
const ONE_IN: usize = 20;
/// And at most so many different ones.
const MOST_STRANGE: usize = 5;
/// Fewer numbers do not make a column of numbers out of one with other cells.
const FEWEST: usize = 10;
/// How people write that there is no value, beyond the usual spellings; in lower case.
const BLANK: [&str; 30] = [
    "n/a",
    "n.a.",
    "n.a",
    "na",
    "<na>",
    "#n/a",
    "#na",
    "nan",
    "nat",
    "null",
    "(null)",
    "#null!",
    "none",
    "nil",
    "-",
    "--",
    "---",
    ".",
    "..",
    "...",
    "*",
    "??",
    "missing",
    "unknown",
    "undefined",
    "not available",
    "no data",
    "#div/0!",
    "#value!",
    "#num!",
];

/// Whether a cell says that there is no value.
pub fn is_blank(cell: &str) -> bool {
    BLANK.contains(&cell.to_lowercase().as_str())
}

/// What was settled.
#[derive(Default)]
pub struct Settled {
    /// By column: further spellings of a missing value.
    pub missing: Vec<Vec<String>>,
    /// By column: what is said of its odd cells.
    pub notes: Vec<Option<String>>,
}

/// Takes odd cells of columns of numbers as missing.
pub fn settle(table: &mut Profile) -> Settled {
    let none = table.columns.len();
    let mut settled = Settled { missing: vec![Vec::new(); none], notes: vec![None; none] };
    if table.typed {
        return settled;
    }
    for index in 0..table.columns.len() {
        let column = &table.columns[index];
        let present = column.present(table.rows);
        if let Some(blanks) = blanks_of_times(column, present) {
            settled.notes[index] = Some(format!("{} read as missing", words(&blanks)));
            for cell in blanks {
                table.columns[index].forget(&cell);
                settled.missing[index].push(cell);
            }
            continue;
        }
        let (numbers, odd) = (column.numbers.count, present - column.numbers.count.min(present));
        let listed: usize = column.odd.iter().map(|odd| odd.count).sum();
        if !column.shape.is_empty() || odd == 0 || numbers < FEWEST || column.more_odd || listed != odd {
            continue;
        }
        let (blank, strange): (Vec<Odd>, Vec<Odd>) = column.odd.iter().cloned().partition(|odd| is_blank(&odd.cell));
        let others: usize = strange.iter().map(|odd| odd.count).sum();
        if others * ONE_IN > present || strange.len() > MOST_STRANGE || numbers * 10 < present {
            continue;
        }
        let mut notes = Vec::new();
        if !blank.is_empty() {
            notes.push(format!("{} read as missing", list(&blank)));
        }
        if !strange.is_empty() {
            let one = strange.len() == 1 && strange[0].count == 1;
            let are = match &column.unit {
                Some(unit) => format!("{} no number with `{unit}`", if one { "is" } else { "are" }),
                None => (if one { "is no number" } else { "are no numbers" }).to_string(),
            };
            notes.push(format!("{} {are}, read as missing: look whether that is right", list(&strange)));
        }
        settled.notes[index] = Some(notes.join("; "));
        for odd in blank.into_iter().chain(strange) {
            table.columns[index].forget(&odd.cell);
            settled.missing[index].push(odd.cell);
        }
    }
    settled
}

/// The spellings of a missing value in a column that holds dates but for these.
fn blanks_of_times(column: &ColumnProfile, present: usize) -> Option<Vec<String>> {
    if column.formats.is_empty() && column.times == 0 {
        return None;
    }
    let mut blanks: Vec<String> = column.distinct.keys().filter(|cell| is_blank(cell)).cloned().collect();
    blanks.sort();
    let count: usize = blanks.iter().filter_map(|cell| column.distinct.get(cell)).sum();
    (count > 0 && (!column.formats.is_empty() || column.times + count == present)).then_some(blanks)
}

/// "`-`, `n/a`".
fn words(cells: &[String]) -> String {
    cells.iter().map(|cell| format!("`{}`", shown(cell))).collect::<Vec<_>>().join(", ")
}

/// "`n/a` (line 7), `-` (3 cells, the first in line 9)".
fn list(odd: &[Odd]) -> String {
    let one = |odd: &Odd| match odd.count {
        1 => format!("`{}` (line {})", shown(&odd.cell), odd.line),
        many => format!("`{}` ({}, the first in line {})", shown(&odd.cell), count(many, "cell"), odd.line),
    };
    odd.iter().map(one).collect::<Vec<_>>().join(", ")
}
