//! What the cells of a column of numbers look like, and what to write so that they are read.

use std::collections::BTreeMap;

use super::kinds::Spelling;
use super::notation::{Mark, Marks, Notation, Tally};
use super::plain::Plain;
use super::problems::shown;

/// How many different words and signs are kept.
const MOST_KEPT: usize = 20;

/// What the cells of a column look like.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Cells that are a number in some notation, with nothing around it.
    pub numbers: usize,
    pub marks: Marks,
    /// What stands around numbers (`$`, `%`, `kg`), with how often and a cell that has it.
    pub units: BTreeMap<String, (usize, String)>,
    /// Cells that are no number, with how often.
    pub words: BTreeMap<String, usize>,
    /// A number in parentheses, as accounts write what is below zero.
    pub in_parentheses: Option<String>,
}

impl Look {
    /// Takes a cell that is a plain number.
    pub fn add_plain(&mut self, plain: &Plain, cell: &str) {
        self.marks.add_plain(plain, cell);
        self.numbers += 1;
    }

    /// Takes many of them.
    pub fn add_tally(&mut self, tally: &Tally) {
        self.marks.add_tally(tally);
        self.numbers += tally.numbers;
    }

    /// Takes a cell that is not missing.
    pub fn add(&mut self, cell: &str) {
        let cell = cell.trim();
        if self.marks.add(cell) || cell.parse::<f64>().is_ok_and(f64::is_finite) {
            self.numbers += 1;
        } else if let Some(inner) = cell.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
            && Marks::default().add(inner.trim())
        {
            self.in_parentheses.get_or_insert_with(|| cell.to_string());
        } else if let Some((unit, number)) = apart(cell)
            && self.marks.add(number)
        {
            if self.units.len() < MOST_KEPT || self.units.contains_key(&unit) {
                self.units.entry(unit).or_insert_with(|| (0, cell.to_string())).0 += 1;
            }
        } else if self.words.len() < MOST_KEPT || self.words.contains_key(cell) {
            *self.words.entry(cell.to_string()).or_default() += 1;
        }
    }

    /// The unit of (almost) all cells that are not plain numbers, and one of them.
    pub fn unit(&self) -> Option<(&str, &str)> {
        let with_unit: usize = self.units.values().map(|(count, _)| count).sum();
        let (unit, (count, cell)) = self.units.iter().max_by_key(|(_, (count, _))| *count)?;
        (*count * 2 > with_unit).then_some((unit.as_str(), cell.as_str()))
    }

    /// What to write so that the column called `name` is read; `file` is what all columns of numbers tell of the file.
    pub fn advice(&self, name: &str, spelling: Spelling, file: Option<Notation>) -> Option<String> {
        let mut advice = Vec::new();
        if self.numbers == 0 && self.units.is_empty() && self.in_parentheses.is_none() {
            return (!self.words.is_empty())
                .then(|| format!("it holds words: declare it as `{name}: category`, or `text`"));
        }
        let own = Notation::of(std::iter::once(&self.marks));
        match file {
            Some(notation) => advice.extend(written(notation, spelling, &self.marks)),
            // Columns that are read as they are have no part in it.
            None if own.is_some_and(|own| written(own, spelling, &self.marks).is_none()) => {}
            None => advice.push(
                "the cells do not agree on what `.` and `,` are: write all numbers of the file in one way".to_string(),
            ),
        }
        if let Some((unit, cell)) = self.unit() {
            let percent = match unit {
                "%" => format!("; `{}` is then {}", shown(cell), cell.trim_matches(['%', ' '])),
                _ => String::new(),
            };
            let with_unit = self.units.get(unit).map_or(0, |(count, _)| *count);
            advice.push(if self.numbers > with_unit {
                format!("`{}` has `{unit}`, which other cells have not: write all in one unit", shown(cell))
            } else {
                format!("`{}` is a number with `{unit}`: write `{name}: number(unit: {unit:?})`{percent}", shown(cell))
            });
        }
        if let Some(cell) = &self.in_parentheses {
            advice.push(format!("`{}` seems to be below zero: write it with `-`", shown(cell)));
        }
        let words: Vec<&String> = self.words.keys().collect();
        if !words.is_empty() && words.len() <= 3 {
            let list: Vec<String> = words.iter().map(|word| format!("{word:?}")).collect();
            let mean = if words.len() == 1 { "means" } else { "mean" };
            let shown: Vec<String> = words.iter().map(|word| format!("`{}`", shown(word))).collect();
            advice.push(format!(
                "if {} {mean} no value, write `{name}: number(missing: inherited + [{}])`",
                shown.join(", "),
                list.join(", ")
            ));
        }
        (!advice.is_empty()).then(|| advice.join("; "))
    }
}

/// What stands around the number of a cell, and the number; the sign of the number may stand before both.
pub fn apart(cell: &str) -> Option<(String, &str)> {
    let start = cell.find(|letter: char| letter.is_ascii_digit())?;
    let end = cell.rfind(|letter: char| letter.is_ascii_digit())? + 1;
    let (mut before, after) = (cell[..start].trim(), cell[end..].trim());
    let mut number = &cell[start..end];
    if let Some(rest) = before.strip_suffix(['-', '+', '\u{2212}']) {
        before = rest.trim_end();
    } else {
        before = before.trim_start_matches(['-', '+', '\u{2212}']).trim_start();
    }
    // A number may begin with its decimal mark.
    if let Some(rest) = before.strip_suffix('.').filter(|rest| !rest.ends_with(char::is_alphabetic))
        && cell[..start].ends_with('.')
    {
        before = rest.trim_end();
        number = &cell[start - 1..end];
    }
    let unit = match (before.is_empty(), after.is_empty()) {
        (false, true) => before,
        (true, false) => after,
        _ => return None,
    };
    (unit.chars().count() <= 12).then(|| (unit.to_string(), number))
}

/// The options of the format that read a file of this notation; nothing if it is read in this way already.
fn written(notation: Notation, spelling: Spelling, marks: &Marks) -> Option<String> {
    let is = |mark: Option<Mark>, letter: char| mark == Mark::of(letter);
    if let Some(doubt) = notation.doubt {
        if is(Some(doubt), spelling.decimal) {
            return None;
        }
        let cell = marks.doubtful.as_deref()?;
        let (mark, other) = (doubt.text(), if doubt == Mark::Comma { "." } else { "," });
        return Some(format!(
            "`{cell}` may be {} or {}: write `thousands: {mark:?}` after the path if `{mark}` groups thousands, `decimal: {mark:?}, \
             thousands: {other:?}` if it splits off a fraction",
            cell.replace(mark, ""),
            cell.replace(mark, ".")
        ));
    }
    let mut options = Vec::new();
    let decimal = match (notation.decimal, notation.thousands) {
        (Some(decimal), _) => Some(decimal),
        // What groups thousands splits off no fraction.
        (None, Some(thousands)) if is(Some(thousands), spelling.decimal) => {
            Some(if thousands == Mark::Dot { Mark::Comma } else { Mark::Dot })
        }
        (None, _) => None,
    };
    if let Some(decimal) = decimal.filter(|decimal| !is(Some(*decimal), spelling.decimal)) {
        options.push(format!("decimal: {:?}", decimal.text()));
    }
    if let Some(thousands) = notation.thousands.filter(|mark| spelling.thousands != Some(*mark)) {
        options.push(format!("thousands: {:?}", thousands.text()));
    }
    (!options.is_empty()).then(|| format!("write `{}` after the path", options.join(", ")))
}

/// Cells that are read as fractions and look like thousands, as a problem with its help: the message completes "`price` …".
pub fn read_as_fractions(look: &Look, spelling: Spelling, file: Option<Notation>) -> Option<(String, String)> {
    let decimal = Mark::of(spelling.decimal)?;
    // Who says how thousands are written has said that these are none.
    if spelling.thousands.is_some() {
        return None;
    }
    let groups = look.marks.probably_thousands(decimal) || file.is_some_and(|file| file.thousands == Some(decimal));
    let cell = look.marks.doubtful.as_deref().filter(|_| groups)?;
    let mark = decimal.text();
    let other = if decimal == Mark::Comma { "." } else { "," };
    let message = format!(
        "has cells such as `{}` that look like whole numbers with thousands, and are read as {}",
        shown(cell),
        shown(&cell.replace(mark, "."))
    );
    let options = if decimal == Mark::Comma {
        format!("`thousands: {mark:?}` in place of `decimal: {mark:?}`")
    } else {
        format!("`decimal: {other:?}, thousands: {mark:?}` after the path")
    };
    let help = format!(
        "if `{}` is {}, write {options}; if `{mark}` does split off a fraction, say so with `thousands: {other:?}`",
        shown(cell),
        cell.replace(mark, "")
    );
    Some((message, help))
}

#[cfg(test)]
mod tests {
    use super::{Look, Notation, read_as_fractions};
    use crate::data::kinds::Spelling;
    use crate::data::notation::Mark;

    fn look_of(cells: &[&str]) -> Look {
        let mut look = Look::default();
        cells.iter().for_each(|cell| look.add(cell));
        look
    }

    fn advice(cells: &[&str], decimal: char) -> String {
        let look = look_of(cells);
        let file = Notation::of(std::iter::once(&look.marks));
        look.advice("c", Spelling { decimal, thousands: None }, file).unwrap_or_default()
    }

    #[test]
    fn what_to_write() {
        for (cells, wanted) in [
            (&["837", "1,111", "1,248"][..], "write `thousands: \",\"` after the path"),
            (&["0,5", "1,25"], "write `decimal: \",\"` after the path"),
            (&["1.234,5"], "write `decimal: \",\", thousands: \".\"` after the path"),
            (&["1 234"], "write `thousands: \" \"` after the path"),
            (&["1'234.5"], "write `thousands: \"'\"` after the path"),
            (&["$5", "$1.50", "-$3"], "`$5` is a number with `$`: write `c: number(unit: \"$\")`"),
            (&["45%", "7 %"], "`45%` is a number with `%`: write `c: number(unit: \"%\")`; `45%` is then 45"),
            (&["12 kg", "1.5 kg"], "`12 kg` is a number with `kg`: write `c: number(unit: \"kg\")`"),
            (&["1", "2", "none"], "if `none` means no value, write `c: number(missing: inherited + [\"none\"])`"),
            (&["red", "blue"], "it holds words: declare it as `c: category`, or `text`"),
            (&["12 kg", "1.5", "3", "4"], "`12 kg` has `kg`, which other cells have not: write all in one unit"),
            (&["1", "(200)"], "`(200)` seems to be below zero: write it with `-`"),
        ] {
            assert_eq!(advice(cells, '.'), wanted, "{cells:?}");
        }
        let both = advice(&["$1,200", "$950", "$1,000"], '.');
        assert!(both.contains("thousands: \",\"") && both.contains("unit: \"$\""), "{both}");
        let doubt = advice(&["1,111", "1,248"], '.');
        assert!(
            doubt.contains("1111 or 1.111") && doubt.contains("thousands: \",\"") && doubt.contains("decimal: \",\""),
            "{doubt}"
        );
        assert_eq!(
            advice(&["0.5", "0,5"], '.'),
            "the cells do not agree on what `.` and `,` are: write all numbers of the file in one way"
        );
        assert_eq!(advice(&["1", "2.5"], '.'), "");
    }

    #[test]
    fn thousands_are_not_read_as_fractions() {
        let said = |cells: &[&str], decimal: char, thousands: Option<Mark>| {
            let look = look_of(cells);
            read_as_fractions(&look, Spelling { decimal, thousands }, Notation::of(std::iter::once(&look.marks)))
        };
        let (message, help) = said(&["837", "974", "1,111", "1,248"], ',', None).expect("thousands");
        assert!(
            message.contains("read as 1.111") && help.contains("`thousands: \",\"` in place of `decimal: \",\"`"),
            "{help}"
        );
        assert!(said(&["837", "974", "1.111", "1.248"], '.', None).is_some());
        assert!(said(&["837", "974", "1.111", "1.248"], '.', Some(Mark::Comma)).is_none(), "it was said");
        for cells in [
            &["1.111", "1.248"][..],
            &["837", "974", "1.111", "1.25"],
            &["837", "1.111"],
            &["0.111", "974", "1.000", "1.111"],
            &["1000", "974", "1.111", "1.222"],
        ] {
            assert!(said(cells, '.', None).is_none(), "{cells:?}");
        }
    }
}
