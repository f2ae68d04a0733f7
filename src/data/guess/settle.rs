//! Cells that stand in the way of a column of numbers: spellings of *missing* that are not the usual ones, and odd cells. They
//! are read as missing, and said.

use super::profile::{Odd, Profile};
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
    if table.format == "npz" {
        return settled;
    }
    for index in 0..table.columns.len() {
        let column = &table.columns[index];
        let present = column.present(table.rows);
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
            let are = if strange.len() == 1 && strange[0].count == 1 { "is no number" } else { "are no numbers" };
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

/// "`n/a` (line 7), `-` (3 cells, the first in line 9)".
fn list(odd: &[Odd]) -> String {
    let one = |odd: &Odd| match odd.count {
        1 => format!("`{}` (line {})", shown(&odd.cell), odd.line),
        many => format!("`{}` ({}, the first in line {})", shown(&odd.cell), count(many, "cell"), odd.line),
    };
    odd.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Words for money that stand before a number as its sign does.
const MONEY: [&str; 8] = ["USD", "US$", "EUR", "GBP", "CHF", "JPY", "CAD", "Rs"];

/// What stands before or behind the numbers of a column that would be one of numbers without it: `%`, `$`, `kg`.
pub fn unit<'c>(cells: impl Iterator<Item = &'c String>, decimal: char) -> Option<String> {
    let mut unit: Option<String> = None;
    let (mut with, mut all) = (0, 0);
    for cell in cells.take(500) {
        all += 1;
        let number = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',' | '-' | '+' | '\'' | ' ');
        let middle = cell.trim_matches(|letter: char| !letter.is_ascii_digit());
        let start = cell.find(middle).unwrap_or(0);
        let before = cell[..start].trim_end_matches(['-', '+', '.']).trim();
        let after = cell[start + middle.len()..].trim();
        // Before a number stand signs of money; a word there makes a name: `class_0`.
        if before.chars().any(char::is_alphanumeric) && !MONEY.contains(&before) {
            return None;
        }
        let found = if before.is_empty() { after } else { before };
        let bare = middle.replace([',', ' ', '\''], "").replace(decimal, ".");
        if middle.is_empty() || !middle.chars().all(number) || bare.parse::<f64>().is_err() {
            return None;
        }
        if found.is_empty() || (!before.is_empty() && !after.is_empty()) {
            continue;
        }
        if *unit.get_or_insert_with(|| found.to_string()) != found {
            return None;
        }
        with += 1;
    }
    unit.filter(|unit| with * 10 >= all * 9 && unit.chars().count() <= 8 && !unit.contains(['-', '/', ':']))
}
