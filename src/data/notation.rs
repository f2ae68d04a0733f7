//! How the numbers of a text file are written: which mark splits off the fraction, and which groups the thousands.
//!
//! `1,111` alone is a thousand or a bit more than one; what the other cells look like mostly tells: `0,5` has a fraction,
//! `1,111,000` has thousands, `837` beside `1,111` is a whole number below a thousand. [`Marks`] collects what the cells of a
//! column tell, and [`Notation::of`] concludes from all columns of a file, since one program wrote them all.

use super::plain::Plain;

/// A mark between digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    Dot,
    Comma,
    /// Of any width, breaking or not.
    Space,
    /// Straight or typographic.
    Apostrophe,
}

impl Mark {
    pub const ALL: [Mark; 4] = [Mark::Dot, Mark::Comma, Mark::Space, Mark::Apostrophe];

    pub fn of(letter: char) -> Option<Mark> {
        match letter {
            '.' => Some(Mark::Dot),
            ',' => Some(Mark::Comma),
            ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' => Some(Mark::Space),
            '\'' | '\u{2019}' => Some(Mark::Apostrophe),
            _ => None,
        }
    }

    /// As the options `decimal` and `thousands` of a format have it.
    pub fn text(self) -> &'static str {
        match self {
            Mark::Dot => ".",
            Mark::Comma => ",",
            Mark::Space => " ",
            Mark::Apostrophe => "'",
        }
    }

    /// Whether people write fractions with it.
    fn splits_fractions(self) -> bool {
        matches!(self, Mark::Dot | Mark::Comma)
    }
}

/// Whether digits in groups are a whole number with its thousands apart: `1 234 567`, and `12,34,567` as in India.
pub fn are_thousands<'c>(mut groups: impl DoubleEndedIterator<Item = &'c str>) -> bool {
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let (Some(first), Some(last)) = (groups.next(), groups.next_back()) else { return false };
    let leads = (1..=3).contains(&first.len()) && !first.starts_with('0');
    leads
        && digits(first)
        && last.len() == 3
        && digits(last)
        && groups.all(|group| matches!(group.len(), 2 | 3) && digits(group))
}

/// How often a mark stood as what.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    fraction: usize,
    thousands: usize,
    /// `1,111`
    either: usize,
}

/// What plain numbers tell, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub numbers: usize,
    fraction: usize,
    either: usize,
    hundreds: usize,
    long: usize,
}

impl Tally {
    pub fn add(&mut self, plain: &Plain) {
        self.numbers += 1;
        let either = plain.may_have_thousands();
        self.either += usize::from(either);
        self.fraction += usize::from(plain.has_dot() && !either);
        self.hundreds += usize::from(!plain.has_dot() && plain.whole() == 3 && !plain.begins_with_zero());
        self.long += usize::from(!plain.has_dot() && plain.whole() > 3);
    }
}

/// What the numbers of a column tell of how numbers are written.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    seen: [Seen; 4],
    /// Cells of three digits and no mark, which is as many as there can be before the first thousand.
    hundreds: usize,
    /// Cells of more, which in a file with thousands would have a mark.
    long: usize,
    /// A cell that may be read in two ways.
    pub doubtful: Option<String>,
}

impl Marks {
    /// Takes a cell; false if it is no number, however it is read.
    pub fn add(&mut self, cell: &str) -> bool {
        let body = cell.strip_prefix(['-', '+', '\u{2212}']).unwrap_or(cell);
        if let Some(plain) = Plain::of(body).filter(|_| !body.starts_with(['-', '+'])) {
            self.add_plain(&plain, cell);
            return true;
        }
        let Some((marks, groups)) = taken_apart(body) else { return false };
        let Some(last) = marks.last().copied() else { return false };
        let before = &marks[..marks.len() - 1];
        let Some(first) = before.first().copied() else {
            return self.one_mark(last, are_thousands(groups.iter().copied()), cell);
        };
        if before.iter().any(|mark| *mark != first) {
            return false;
        }
        let splits = last != first;
        let whole = &groups[..groups.len() - usize::from(splits)];
        if !are_thousands(whole.iter().copied()) || (splits && !last.splits_fractions()) {
            return false;
        }
        self.seen[first as usize].thousands += 1;
        self.seen[last as usize].fraction += usize::from(splits);
        true
    }

    /// Takes a cell that is a plain number.
    pub fn add_plain(&mut self, plain: &Plain, cell: &str) {
        if plain.may_have_thousands() {
            self.doubtful.get_or_insert_with(|| cell.to_string());
        }
        let mut tally = Tally::default();
        tally.add(plain);
        self.add_tally(&tally);
    }

    /// Takes many of them.
    pub fn add_tally(&mut self, tally: &Tally) {
        let dot = &mut self.seen[Mark::Dot as usize];
        dot.fraction += tally.fraction;
        dot.either += tally.either;
        self.hundreds += tally.hundreds;
        self.long += tally.long;
    }

    /// A number with one mark, which groups thousands or could.
    fn one_mark(&mut self, mark: Mark, grouped: bool, cell: &str) -> bool {
        let seen = &mut self.seen[mark as usize];
        match (mark.splits_fractions(), grouped) {
            (true, true) => {
                seen.either += 1;
                self.doubtful.get_or_insert_with(|| cell.to_string());
            }
            (true, false) => seen.fraction += 1,
            (false, true) => seen.thousands += 1,
            (false, false) => return false,
        }
        true
    }

    fn of(&self, mark: Mark) -> Seen {
        self.seen[mark as usize]
    }

    /// Whether a mark that may be either groups thousands here, as all else that the column holds suggests: whole numbers of three digits
    /// stand beside it and none that is longer, and no cell has another number of digits after it.
    pub fn probably_thousands(&self, mark: Mark) -> bool {
        let seen = self.of(mark);
        seen.either >= 2 && seen.fraction == 0 && self.long == 0 && self.hundreds >= 1
    }
}

/// The digits of a number and the marks between them.
fn taken_apart(body: &str) -> Option<(Vec<Mark>, Vec<&str>)> {
    let (mut marks, mut groups, mut start) = (Vec::new(), Vec::new(), 0);
    for (at, letter) in body.char_indices() {
        if letter.is_ascii_digit() {
            continue;
        }
        marks.push(Mark::of(letter)?);
        groups.push(&body[start..at]);
        start = at + letter.len_utf8();
    }
    groups.push(&body[start..]);
    groups.iter().any(|group| !group.is_empty()).then_some((marks, groups))
}

/// How a file writes its numbers, as far as its cells tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Notation {
    pub decimal: Option<Mark>,
    pub thousands: Option<Mark>,
    /// A mark that may be either: nothing tells.
    pub doubt: Option<Mark>,
}

impl Notation {
    /// What columns of numbers of one file tell together; `None` if they contradict each other.
    pub fn of<'m>(columns: impl Iterator<Item = &'m Marks> + Clone) -> Option<Notation> {
        let sum = |pick: &dyn Fn(Seen) -> usize, mark: Mark| {
            columns.clone().map(|column| pick(column.of(mark))).sum::<usize>()
        };
        let only = |pick: &dyn Fn(Seen) -> usize| {
            let mut found = Mark::ALL.into_iter().filter(|mark| sum(pick, *mark) > 0);
            (found.next(), found.next().is_none())
        };
        let (decimal, one_decimal) = only(&|seen| seen.fraction);
        let (thousands, one_thousands) = only(&|seen| seen.thousands);
        if !one_decimal || !one_thousands || (decimal.is_some() && decimal == thousands) {
            return None;
        }
        let mut notation = Notation { decimal, thousands, doubt: None };
        for mark in [Mark::Dot, Mark::Comma].into_iter().filter(|mark| sum(&|seen| seen.either, *mark) > 0) {
            match notation {
                // One mark has one meaning in a file.
                Notation { decimal: Some(decimal), .. } if decimal == mark => {}
                Notation { thousands: Some(thousands), .. } if thousands == mark => {}
                Notation { decimal: Some(_), thousands: None, .. } => notation.thousands = Some(mark),
                Notation { decimal: None, thousands: Some(_), .. } => notation.decimal = Some(mark),
                Notation { decimal: Some(_), thousands: Some(_), .. } => return None,
                _ if columns.clone().any(|column| column.probably_thousands(mark)) => notation.thousands = Some(mark),
                Notation { doubt: Some(_), .. } => return None,
                _ => notation.doubt = Some(mark),
            }
        }
        Some(notation)
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, Marks, Notation, Tally, are_thousands};
    use crate::data::plain::Plain;

    #[test]
    fn cells_are_counted_together_as_they_are_one_by_one() {
        let cells = ["1", "100", "012", "1234", "0.5", "1.250", "-1.250", "0.125", "12.", ".5", "1234.567"];
        let (mut one_by_one, mut together, mut tally) = (Marks::default(), Marks::default(), Tally::default());
        for cell in cells {
            let plain = Plain::of(cell).expect("a plain number");
            one_by_one.add_plain(&plain, cell);
            tally.add(&plain);
        }
        together.add_tally(&tally);
        assert_eq!(one_by_one.doubtful.take().as_deref(), Some("1.250"));
        assert_eq!(format!("{one_by_one:?}"), format!("{together:?}"));
        assert_eq!(tally.numbers, cells.len());
        assert_eq!((tally.fraction, tally.either, tally.hundreds, tally.long), (5, 2, 1, 1));
    }

    fn marks(cells: &[&str]) -> Marks {
        let mut marks = Marks::default();
        for cell in cells {
            assert!(marks.add(cell), "{cell}");
        }
        marks
    }

    fn notation(columns: &[&[&str]]) -> Option<(Option<Mark>, Option<Mark>, Option<Mark>)> {
        let columns: Vec<Marks> = columns.iter().map(|cells| marks(cells)).collect();
        Notation::of(columns.iter()).map(|notation| (notation.decimal, notation.thousands, notation.doubt))
    }

    #[test]
    fn what_the_cells_tell() {
        use Mark::{Apostrophe, Comma, Dot, Space};
        for (columns, wanted) in [
            (&[&["1", "2.5"][..]][..], (Some(Dot), None, None)),
            (&[&["0,125", "17,000"]], (Some(Comma), None, None)),
            (&[&["837", "974", "1,111", "1,248"]], (None, Some(Comma), None)),
            (&[&["837", "1.111", "12.248"]], (None, Some(Dot), None)),
            (&[&["1,111", "1,248"]], (None, None, Some(Comma))),
            // Whole numbers of four digits have no thousands apart, so `1,250` has a fraction, or nothing tells.
            (&[&["1000", "837", "1,111", "1,248"]], (None, None, Some(Comma))),
            (&[&["1,111,000", "5"]], (None, Some(Comma), None)),
            (&[&["113.037"], &["0,1"]], (Some(Comma), Some(Dot), None)),
            (&[&["1,234.5"]], (Some(Dot), Some(Comma), None)),
            (&[&["1.234,56", "-7"]], (Some(Comma), Some(Dot), None)),
            (&[&["1 234", "12\u{a0}345,5"]], (Some(Comma), Some(Space), None)),
            (&[&["1\u{202f}234"]], (None, Some(Space), None)),
            (&[&["1'234", "1\u{2019}000.5"]], (Some(Dot), Some(Apostrophe), None)),
            (&[&["12,34,567"]], (None, Some(Comma), None)),
            (&[&["1", "2"]], (None, None, None)),
        ] {
            assert_eq!(notation(columns), Some(wanted), "{columns:?}");
        }
        assert_eq!(notation(&[&["0,5"], &["0.5"]]), None, "two decimal marks");
        assert_eq!(notation(&[&["0,5", "1,000,000"]]), None, "one mark, two meanings");
    }

    #[test]
    fn what_is_no_number() {
        let mut marks = Marks::default();
        for cell in
            ["", "-", ".", "31.12.2023", "1.2.3", "12 34", "1 23", "0 500", "1,234 567", "a", "1,,000", "10.0.0.1"]
        {
            assert!(!marks.add(cell), "{cell}");
        }
        assert!(are_thousands(["1", "000"].into_iter()) && !are_thousands(["0", "500"].into_iter()));
    }
}
