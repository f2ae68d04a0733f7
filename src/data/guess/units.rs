//! Columns whose numbers all carry one sign or unit: `$5`, `45%`, `12 kg`.

use super::profile::{ColumnProfile, Odd};
use super::reading::{Counts, Numbers};
use super::settle::is_blank;
use crate::data::kinds::number::without_unit;
use crate::data::looks::apart;
use crate::data::problems::shown;

/// Words for money that stand before a number as its sign does.
const MONEY: [&str; 8] = ["USD", "US$", "EUR", "GBP", "CHF", "JPY", "CAD", "Rs"];
/// What is longer is no unit.
const LONGEST: usize = 8;
/// Cells unlike the others are remembered up to so many different ones.
const MOST_ODD: usize = 12;
/// More units than this are names and codes: `5a`, `6b`, `7c`.
const MOST_UNITS: usize = 3;

/// The cells of a column, as far as they are numbers with the unit that the first of them has.
#[derive(Debug, Default)]
pub struct InUnit {
    unit: Option<String>,
    counts: Counts,
    odd: Vec<Odd>,
    given_up: bool,
}

impl InUnit {
    /// Takes a cell that is not missing. A column that begins with anything else costs nothing from then on.
    pub fn add(&mut self, cell: &str, line: usize) {
        if self.given_up {
            return;
        }
        if self.unit.is_none() {
            self.unit = unit_of(cell);
        }
        let number = self.unit.as_deref().and_then(|unit| without_unit(cell, unit));
        if number.is_some_and(|number| self.counts.add(&number).0) {
            return;
        }
        match self.odd.iter_mut().find(|odd| odd.cell == cell) {
            Some(odd) => odd.count += 1,
            None => self.odd.push(Odd { cell: cell.to_string(), count: 1, line }),
        }
        self.given_up = self.odd.len() > MOST_ODD || (self.unit.is_none() && !is_blank(cell));
    }

    /// The numbers without their unit, if that is what the column holds.
    pub fn counts(&self) -> Option<&Counts> {
        self.unit.as_ref().filter(|_| !self.given_up).map(|_| &self.counts)
    }

    /// The unit, the numbers in one of the readings, and the cells that are none.
    pub fn numbers(&self, reading: usize, present: usize) -> Option<(&str, Numbers, &[Odd])> {
        let numbers = self.counts()?.of(reading);
        let odd: usize = self.odd.iter().map(|odd| odd.count).sum();
        (numbers.count + odd == present && numbers.count * 20 >= present * 19 && numbers.count > 0).then_some((
            self.unit.as_deref()?,
            numbers,
            self.odd.as_slice(),
        ))
    }
}

/// What stands before or behind the number of a cell, if it can be a unit.
fn unit_of(cell: &str) -> Option<String> {
    let (unit, number) = apart(cell)?;
    let before = !cell.trim_start().starts_with(number) && cell.trim_end().ends_with(number);
    let money = |letter: char| matches!(letter, '$' | '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20cf}');
    let says = |letter: char| letter.is_alphabetic() || money(letter) || matches!(letter, '%' | '‰' | '°');
    let may_be = |letter: char| says(letter) || matches!(letter, '/' | '·' | '^' | ' ' | '²' | '³');
    // Before a number stand signs of money; a word there makes a name: `class_0`.
    let named = before && unit.chars().any(char::is_alphanumeric) && !MONEY.contains(&unit.as_str());
    let plausible = unit.chars().all(may_be) && unit.chars().any(says) && unit.chars().count() <= LONGEST;
    (plausible && !named && Counts::default().add(number).0).then_some(unit)
}

/// What keeps a column from being one of numbers with a unit, if it nearly is one: units that are not the same in all cells.
pub fn mixed(column: &ColumnProfile) -> Option<String> {
    let mut units: Vec<(String, usize, &str)> = Vec::new();
    let (mut plain, mut with, mut all) = (None, 0, 0);
    let mut cells: Vec<&String> = column.distinct.keys().collect();
    cells.sort();
    for cell in cells {
        all += 1;
        if Counts::default().add(cell).0 {
            plain.get_or_insert(cell);
            with += 1;
        } else if let Some(unit) = unit_of(cell) {
            with += 1;
            match units.iter_mut().find(|(other, _, _)| *other == unit) {
                Some((_, count, _)) => *count += 1,
                None => units.push((unit, 1, cell)),
            }
        }
    }
    if with * 10 < all * 9 || units.is_empty() || units.len() > MOST_UNITS {
        return None;
    }
    let example = |cell: &str| format!("`{}`", shown(cell));
    match (units.as_slice(), plain) {
        // One cell alone may be a slip of the pen, or a code.
        ([(unit, count, cell)], Some(plain)) => (*count > 1).then(|| {
            format!(
                "numbers with `{unit}` and without ({}, {}): write all in one way, and they can be read as numbers",
                example(cell),
                example(plain)
            )
        }),
        ([(unit, ..)], None) => {
            Some(format!("numbers with `{unit}` and other cells: once all are, write `number(unit: {unit:?})`"))
        }
        (several, _) => several.iter().all(|(_, count, _)| *count > 1).then(|| {
            let units: Vec<String> = several.iter().map(|(unit, ..)| format!("`{unit}`")).collect();
            format!(
                "numbers in several units ({}): write all in one, and they can be read as numbers",
                units.join(", ")
            )
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{InUnit, unit_of};

    #[test]
    fn a_unit_is_what_stands_beside_a_number() {
        for (cell, unit) in [
            ("$5", Some("$")),
            ("-$1,234.50", Some("$")),
            ("5 €", Some("€")),
            ("EUR 12", Some("EUR")),
            ("45%", Some("%")),
            ("12.5 kg", Some("kg")),
            ("80 km/h", Some("km/h")),
            ("21°C", Some("°C")),
            ("5", None),
            ("class_0", None),
            ("x12", None),
            ("12-13", None),
            ("10:20", None),
            ("1/2", None),
            ("#5", None),
            ("(5)", None),
            ("kg", None),
        ] {
            assert_eq!(unit_of(cell).as_deref(), unit, "{cell}");
        }
    }

    #[test]
    fn all_cells_have_the_unit_of_the_first() {
        let of = |cells: &[&str]| {
            let mut column = InUnit::default();
            cells.iter().enumerate().for_each(|(line, cell)| column.add(cell, line));
            column.numbers(0, cells.len()).map(|(unit, numbers, odd)| (unit.to_string(), numbers.count, odd.len()))
        };
        assert_eq!(of(&["5%", "7.5 %", "-3%"]), Some(("%".into(), 3, 0)));
        assert_eq!(of(&["5 kg", "7 lb"]), None);
        assert_eq!(of(&["5", "7%"]), None);
        let mut cells = vec!["5%"; 40];
        cells.insert(0, "n/a");
        assert_eq!(of(&cells), Some(("%".into(), 40, 1)));
    }
}
