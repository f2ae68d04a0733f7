//! A column of numbers as text has it: what is plainly a number has been read, by whatever thread cut the text; the other cells are
//! text still.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;

use super::Filled;
use crate::data::notation::Tally;
use crate::data::plain::Plain;

/// Some rows of such a column.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// One for each row; where a cell is text, it is nothing.
    values: Vec<f64>,
    /// What the cells tell that have been read.
    pub tally: Tally,
    /// The rows whose cells are text, and where in `texts` each of these cells ends; nothing where there is no cell.
    others: Vec<(usize, Option<usize>)>,
    texts: String,
    /// Whether a cell was met that may be read in two ways.
    doubtful: bool,
}

/// What comes next in a column.
#[derive(Debug, PartialEq)]
pub enum Piece<'w> {
    Numbers(&'w [f64]),
    /// A cell, and its row.
    Text(usize, &'w str),
    /// A row without a cell.
    Nothing,
}

/// A column of text while it is read.
pub enum Cells {
    Text(StringBuilder),
    Numbers(Written),
}

impl Cells {
    /// None so far, of numbers or of anything.
    pub fn new(numbers: bool) -> Self {
        if numbers { Self::Numbers(Written::default()) } else { Self::Text(StringBuilder::new()) }
    }

    /// Adds a cell; `None` if the row has none.
    pub fn push(&mut self, cell: Option<&str>) {
        match (self, cell) {
            (Self::Text(texts), cell) => texts.append_option(cell),
            (Self::Numbers(written), Some(cell)) => written.push(cell, Plain::of(cell).as_ref()),
            (Self::Numbers(written), None) => written.push_nothing(),
        }
    }

    /// Adds a cell that has been read as a number, if it is one.
    pub fn push_read(&mut self, cell: &str, plain: Option<Plain>) {
        match self {
            Self::Text(texts) => texts.append_value(cell),
            Self::Numbers(written) => written.push(cell, plain.as_ref()),
        }
    }

    pub fn finish(self) -> Filled {
        match self {
            Self::Text(mut texts) => Filled::Array(Arc::new(texts.finish())),
            Self::Numbers(written) => Filled::Written(written),
        }
    }
}

impl Written {
    /// Adds a cell, and the number that it seems to be.
    pub fn push(&mut self, cell: &str, plain: Option<&Plain>) {
        let value = plain.filter(|plain| self.is_read(plain)).and_then(|plain| value(plain, cell));
        match (value, plain) {
            (Some(value), Some(plain)) => {
                self.tally.add(plain);
                self.values.push(value);
            }
            _ => {
                self.texts.push_str(cell);
                self.others.push((self.values.len(), Some(self.texts.len())));
                self.values.push(0.0);
            }
        }
    }

    /// Adds a row without a cell.
    pub fn push_nothing(&mut self) {
        self.others.push((self.values.len(), None));
        self.values.push(0.0);
    }

    /// Of those that may be read in two ways, the first stays text, as messages show it.
    fn is_read(&mut self, plain: &Plain) -> bool {
        !plain.may_have_thousands() || std::mem::replace(&mut self.doubtful, true)
    }

    /// How many bytes it has.
    pub fn bytes(&self) -> usize {
        8 * self.values.len() + self.texts.len()
    }

    /// All of it, in order.
    pub fn pieces(&self, take: &mut dyn FnMut(Piece<'_>)) {
        let (mut from, mut start) = (0, 0);
        for (row, end) in self.others.iter().copied() {
            if from < row {
                take(Piece::Numbers(&self.values[from..row]));
            }
            from = row + 1;
            let Some(end) = end else {
                take(Piece::Nothing);
                continue;
            };
            take(Piece::Text(row, &self.texts[start..end]));
            start = end;
        }
        if from < self.values.len() {
            take(Piece::Numbers(&self.values[from..]));
        }
    }
}

/// What a cell is worth that is written plainly, unless that is beyond all numbers.
fn value(plain: &Plain, cell: &str) -> Option<f64> {
    plain.value().or_else(|| cell.parse().ok().filter(|value: &f64| value.is_finite()))
}

#[cfg(test)]
mod tests {
    use super::{Piece, Written};
    use crate::data::plain::Plain;

    #[test]
    fn cells_that_are_no_plain_numbers_stay_text_in_their_places() {
        let mut written = Written::default();
        let huge = "9".repeat(400);
        for cell in ["", "1", "-2.5", "1e3", "1.250", "2.250", "12345678901234567890123", huge.as_str()] {
            written.push(cell, Plain::of(cell).as_ref());
        }
        written.push_nothing();
        let mut pieces = Vec::new();
        written.pieces(&mut |piece| {
            pieces.push(match piece {
                Piece::Numbers(numbers) => format!("{numbers:?}"),
                Piece::Text(row, text) => format!("{row} {text}"),
                Piece::Nothing => "nothing".to_string(),
            });
        });
        let big = "[2.25, 1.2345678901234568e22]";
        assert_eq!(pieces, ["0 ", "[1.0, -2.5]", "3 1e3", "4 1.250", big, &format!("7 {huge}"), "nothing"]);
        assert_eq!((written.tally.numbers, written.bytes()), (4, 72 + 3 + 5 + 400));
    }
}
