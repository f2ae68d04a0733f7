//! How numbers are written: which sign splits off the fraction, and which stands between groups of three digits. One file has
//! one way, so it is decided over all columns together.

use crate::data::kinds::number;

/// One way to write numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub decimal: char,
    /// Between groups of three digits.
    pub thousands: Option<char>,
}

/// The ways that are tried; of two that explain as much, the first is taken.
pub const READINGS: [Reading; 8] = [
    Reading { decimal: '.', thousands: None },
    Reading { decimal: ',', thousands: None },
    Reading { decimal: '.', thousands: Some(',') },
    Reading { decimal: ',', thousands: Some('.') },
    Reading { decimal: '.', thousands: Some(' ') },
    Reading { decimal: ',', thousands: Some(' ') },
    Reading { decimal: '.', thousands: Some('\'') },
    Reading { decimal: ',', thousands: Some('\'') },
];

/// No number is written with more bytes.
const LONGEST: usize = 64;

impl Reading {
    /// The number that a cell is in this way of writing.
    pub fn value(self, cell: &str) -> Option<f64> {
        match self.thousands {
            Some(mark) if cell.contains(mark) => {
                let (whole, fraction) = cell.split_once(self.decimal).map_or((cell, None), |(a, b)| (a, Some(b)));
                let digits = grouped(whole, mark)?;
                let text = match fraction {
                    Some(fraction) if fraction.bytes().all(|byte| byte.is_ascii_digit()) => {
                        format!("{digits}.{fraction}")
                    }
                    Some(_) => return None,
                    None => digits,
                };
                text.parse().ok()
            }
            _ => number::parse(cell, self.decimal).ok(),
        }
    }
}

/// `1,234,567` without its marks; `None` unless the groups are of three digits and the first is one to three without a
/// leading zero.
fn grouped(whole: &str, mark: char) -> Option<String> {
    let digits = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    let mut groups = digits.split(mark);
    let first = groups.next()?;
    let all_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let good = (1..=3).contains(&first.len()) && all_digits(first) && !first.starts_with('0');
    (good && groups.all(|group| group.len() == 3 && all_digits(group))).then(|| whole.replace(mark, ""))
}

/// What the numbers of a column are, in one reading.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    pub count: usize,
    pub whole: usize,
    pub least: f64,
    pub most: f64,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { count: 0, whole: 0, least: f64::INFINITY, most: f64::NEG_INFINITY }
    }
}

impl Numbers {
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        self.whole += usize::from(value.fract() == 0.0);
        self.least = self.least.min(value);
        self.most = self.most.max(value);
    }

    fn joined(self, other: Self) -> Self {
        Self {
            count: self.count + other.count,
            whole: self.whole + other.whole,
            least: self.least.min(other.least),
            most: self.most.max(other.most),
        }
    }
}

/// The numbers of a column in every reading, counted in one pass.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Cells that are the same number in every reading.
    plain: Numbers,
    /// Cells with a dot and no other sign, as a decimal dot has them.
    dotted: Numbers,
    /// Everything else, by reading.
    by: [Numbers; READINGS.len()],
    /// Cells with a comma that are a number both as a fraction and as thousands, `1,234`.
    either: usize,
    /// Of the plain cells, those that a thousands mark would have cut: `1234`.
    uncut: usize,
    /// Those of three digits, which is as many as there can be before the first thousand.
    hundreds: usize,
    /// Dotted cells that may be thousands, `1.234`.
    grouped: usize,
}

impl Counts {
    /// Counts a cell; whether it is a number in some reading, and in all of them.
    pub fn add(&mut self, cell: &str) -> (bool, bool) {
        if cell.len() > LONGEST {
            return (false, false);
        }
        // One look at each byte says which of the ways below it can be.
        let (mut digits, mut dots, mut marks) = (false, false, false);
        for byte in cell.bytes() {
            match byte {
                b'0'..=b'9' => digits = true,
                b'.' => dots = true,
                b',' | b' ' | b'\'' => marks = true,
                _ => {}
            }
        }
        if !digits {
            return (false, false);
        }
        if marks {
            let mut some = false;
            let values = READINGS.map(|reading| reading.value(cell));
            for (numbers, value) in self.by.iter_mut().zip(values) {
                if let Some(value) = value {
                    numbers.add(value);
                    some = true;
                }
            }
            self.either += usize::from(values[1].is_some() && values[2].is_some());
            return (some, false);
        }
        let Ok(value) = number::parse(cell, '.') else {
            // `1.234.567` is a number where the dot stands between thousands.
            let value = if dots { READINGS[3].value(cell) } else { None };
            value.into_iter().for_each(|value| self.by[3].add(value));
            return (value.is_some(), false);
        };
        if !dots {
            self.uncut += usize::from(value.abs() >= 1000.0);
            self.hundreds += usize::from((100.0..1000.0).contains(&value.abs()) && value.fract() == 0.0);
            self.plain.add(value);
            return (true, true);
        }
        self.dotted.add(value);
        // Thousands have three digits behind the last dot.
        if cell.len() > 4
            && cell.as_bytes()[cell.len() - 4] == b'.'
            && let Some(value) = READINGS[3].value(cell)
        {
            self.by[3].add(value);
            self.grouped += 1;
        }
        (true, false)
    }

    /// Whether commas group thousands here, as all else that the column holds suggests: numbers of three digits stand without
    /// one and no longer ones.
    fn commas_group(&self) -> bool {
        self.either >= 2 && self.by[1].count == self.either && self.uncut == 0 && self.hundreds > 0
    }

    /// The same of dots.
    fn dots_group(&self) -> bool {
        self.grouped >= 2 && self.dotted.count == self.grouped && self.uncut == 0 && self.hundreds > 0
    }

    /// In one of [`READINGS`], by its index.
    pub fn of(&self, reading: usize) -> Numbers {
        let both = self.plain.joined(self.by[reading]);
        if READINGS[reading].decimal == '.' { both.joined(self.dotted) } else { both }
    }
}

/// The index of the reading in which most columns are of numbers, and of those the one with the most numbers. `present` is
/// how many cells of each column hold something.
pub fn choose<'a>(columns: impl Iterator<Item = (&'a Counts, usize)> + Clone, delimiter: &str) -> usize {
    let score = |reading: usize| {
        let (mut whole_columns, mut cells) = (0, 0);
        for (counts, present) in columns.clone() {
            let count = counts.of(reading).count;
            // A few odd cells do not make a column of words.
            whole_columns += usize::from(count > 0 && count * 20 >= present * 19);
            cells += count;
        }
        (whole_columns, cells)
    };
    let scores: Vec<_> = (0..READINGS.len()).map(score).collect();
    let best = scores.iter().max().copied().unwrap_or_default();
    let chosen = scores.iter().position(|score| *score == best).unwrap_or(0);
    let any = |probable: fn(&Counts) -> bool| columns.clone().any(|(counts, _)| probable(counts));
    match chosen {
        0 if scores[3] == best && any(Counts::dots_group) => 3,
        // `1,234` alone says neither. Where commas separate values, who writes 1.234 so had to quote it: thousands are
        // written by people and programs that quote. Elsewhere it is a fraction.
        1 if scores[2] == best
            && (any(Counts::commas_group)
                || delimiter == "," && columns.clone().all(|(counts, _)| counts.either == 0 || counts.uncut == 0)) =>
        {
            2
        }
        _ => chosen,
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, READINGS, choose};

    /// The decimal sign and thousands mark of a table of columns.
    fn of(columns: &[&[&str]], delimiter: &str) -> (char, Option<char>) {
        let counts: Vec<(Counts, usize)> = columns
            .iter()
            .map(|cells| {
                let mut counts = Counts::default();
                cells.iter().for_each(|cell| {
                    counts.add(cell);
                });
                (counts, cells.len())
            })
            .collect();
        let chosen = READINGS[choose(counts.iter().map(|(counts, present)| (counts, *present)), delimiter)];
        (chosen.decimal, chosen.thousands)
    }

    #[test]
    fn all_columns_together_say_how_numbers_are_written() {
        assert_eq!(of(&[&["113.037", "126.074"]], ";"), ('.', None));
        assert_eq!(of(&[&["113.037", "126.074"], &["0,1", "0,2"]], ";"), (',', Some('.')));
        assert_eq!(of(&[&["113.037", "2.126.074"]], ";"), (',', Some('.')));
        assert_eq!(of(&[&["0,1", "0,25"], &["3", "4"]], ";"), (',', None));
        assert_eq!(of(&[&["1,234.5", "12"], &["7", "8"]], ","), ('.', Some(',')));
        assert_eq!(of(&[&["1,234", "12,000"], &["0.5", "8"]], ","), ('.', Some(',')));
        assert_eq!(of(&[&["1 234", "12"], &["0,5", "8"]], ";"), (',', Some(' ')));
        assert_eq!(of(&[&["1'234.50", "12"]], ";"), ('.', Some('\'')));
        assert_eq!(of(&[&["a", "b"], &["1", "2"]], ","), ('.', None));
    }

    #[test]
    fn a_comma_before_three_digits_is_told_by_what_stands_beside_it() {
        assert_eq!(of(&[&["1,111", "2,222"]], ","), ('.', Some(',')));
        assert_eq!(of(&[&["1.111", "2.222", "837"]], ";"), (',', Some('.')));
        assert_eq!(of(&[&["1.111", "2.222", "8"]], ";"), ('.', None));
        assert_eq!(of(&[&["1,111", "2,222"]], ";"), (',', None));
        assert_eq!(of(&[&["1,111", "22,222", "950"]], ";"), ('.', Some(',')));
        assert_eq!(of(&[&["1,111", "2,222", "4500"]], ","), (',', None));
        assert_eq!(of(&[&["1,111", "0,222"]], ","), (',', None));
        assert_eq!(of(&[&["1,111", "2,222", "3,3"]], ","), (',', None));
    }
}
