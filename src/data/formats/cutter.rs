//! Separated text cut into cells where it stands, and plain numbers read on the way: by one look at every byte.
//!
//! It cuts as the reader of the `csv` crate does, of whose options it knows no escape and no comment.

use super::records::{Marks, unclosed};
use crate::data::encoding::lines;
use crate::data::plain::Plain;

/// A cell of the record that was cut last.
#[derive(Clone, Copy, Debug)]
struct Cell {
    from: usize,
    to: usize,
    /// Whether it is no piece of the text, since quotes were doubled in it.
    mended: bool,
    plain: Option<Plain>,
}

/// The records of a text of whole records.
pub struct Cutter<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    /// Whether the text may break off in its last record.
    last: bool,
    marks: Marks,
    /// The bytes that end a cell which stands in no quotes.
    ends: [bool; 256],
    cells: Vec<Cell>,
    /// How many cells the record has, all of which need not be kept.
    count: usize,
    /// Cells in which quotes were doubled.
    mended: String,
    /// Whether a quote was opened and not closed.
    open: bool,
}

impl<'t> Cutter<'t> {
    /// `None` if such text is to be read otherwise.
    pub fn of(text: &'t str, line: usize, last: bool, marks: Marks) -> Option<Self> {
        let ends_lines = |mark: u8| matches!(mark, b'\r' | b'\n');
        let odd = ends_lines(marks.delimiter)
            || marks.quote.is_some_and(|quote| quote == marks.delimiter || ends_lines(quote));
        if odd || marks.escape.is_some() || marks.comment.is_some() {
            return None;
        }
        let mut ends = [false; 256];
        [marks.delimiter, b'\r', b'\n'].into_iter().for_each(|byte| ends[usize::from(byte)] = true);
        let (cells, mended) = (Vec::new(), String::new());
        Some(Self { text, at: 0, line, last, marks, ends, cells, count: 0, mended, open: false })
    }

    /// Cuts the next record, of which so many cells are kept, and says the line that it begins at; `None` at the end; the reason if the
    /// text breaks off. In fields of numbers, numbers are read.
    pub fn next(&mut self, numbers: &[bool], most: usize) -> Result<Option<usize>, String> {
        let bytes = self.text.as_bytes();
        while let Some(byte @ (b'\r' | b'\n')) = bytes.get(self.at) {
            self.line += usize::from(*byte == b'\n');
            self.at += 1;
        }
        let (start, line) = (self.at, self.line);
        if start >= bytes.len() {
            return Ok(None);
        }
        self.cells.clear();
        self.mended.clear();
        self.count = 0;
        loop {
            let cell = self.cell(numbers.get(self.count) == Some(&true));
            if self.count < most {
                self.cells.push(cell);
            }
            self.count += 1;
            if bytes.get(self.at) != Some(&self.marks.delimiter) {
                break;
            }
            self.at += 1;
        }
        if self.open && self.last {
            unclosed(&bytes[start..], line, self.marks)?;
        }
        Ok(Some(line))
    }

    /// How many cells the record has.
    pub fn count(&self) -> usize {
        self.count
    }

    /// A cell of it; an empty one if it has none there.
    pub fn get(&self, field: usize) -> &str {
        let Some(cell) = self.cells.get(field) else { return "" };
        let of = if cell.mended { self.mended.as_str() } else { self.text };
        of.get(cell.from..cell.to).unwrap_or_default()
    }

    /// The number that a cell was read as.
    pub fn plain(&self, field: usize) -> Option<Plain> {
        self.cells.get(field)?.plain
    }

    fn cell(&mut self, number: bool) -> Cell {
        let bytes = self.text.as_bytes();
        let from = self.at;
        if number
            && let Some((plain, length)) = Plain::begins(&bytes[from..])
            && bytes.get(from + length).is_none_or(|byte| self.ends[usize::from(*byte)])
        {
            self.at = from + length;
            return Cell { from, to: self.at, mended: false, plain: Some(plain) };
        }
        if self.marks.quote.is_some_and(|quote| bytes.get(from) == Some(&quote)) {
            return self.quoted(number);
        }
        self.at = self.end(from);
        Cell { from, to: self.at, mended: false, plain: None }
    }

    /// Where what stands in no quotes ends.
    fn end(&self, from: usize) -> usize {
        let rest = &self.text.as_bytes()[from..];
        from + rest.iter().position(|byte| self.ends[usize::from(*byte)]).unwrap_or(rest.len())
    }

    /// A cell that begins with a quote.
    fn quoted(&mut self, number: bool) -> Cell {
        let from = self.at + 1;
        let to = self.closing(from);
        let behind = self.text.as_bytes().get(to + 1);
        let cell = match behind.is_none_or(|byte| self.ends[usize::from(*byte)]) {
            true => {
                self.at = (to + 1).min(self.text.len());
                let plain = if number { self.text.get(from..to).and_then(Plain::of) } else { None };
                Cell { from, to, mended: false, plain }
            }
            false => self.mended(from, to),
        };
        self.line += lines(&self.text.as_bytes()[from..self.at]);
        cell
    }

    /// The place of the next quote; the end of the text if there is none.
    fn closing(&mut self, from: usize) -> usize {
        let rest = &self.text.as_bytes()[from..];
        let quote = self.marks.quote.and_then(|quote| memchr::memchr(quote, rest));
        self.open = quote.is_none();
        from + quote.unwrap_or(rest.len())
    }

    /// A cell in which quotes are doubled, or which goes on behind its closing quote.
    fn mended(&mut self, from: usize, first: usize) -> Cell {
        let (start, mut from, mut quote) = (self.mended.len(), from, first);
        loop {
            self.mended.push_str(self.text.get(from..quote).unwrap_or_default());
            from = (quote + 1).min(self.text.len());
            let bytes = self.text.as_bytes();
            if self.open || bytes.get(from) != bytes.get(quote) {
                break;
            }
            self.mended.push(char::from(bytes[quote]));
            from += 1;
            quote = self.closing(from);
        }
        // Behind the quote that closes, others are letters.
        self.at = self.end(from);
        self.mended.push_str(self.text.get(from..self.at).unwrap_or_default());
        Cell { from: start, to: self.mended.len(), mended: true, plain: None }
    }
}

#[cfg(test)]
mod tests {
    use ::csv::ByteRecord;
    use proptest::prelude::*;

    use super::super::records::Records;
    use super::*;

    type Cut = (usize, Vec<String>);

    fn cut(text: &str, last: bool, marks: Marks, numbers: &[bool]) -> Option<Result<Vec<Cut>, String>> {
        let mut cutter = Cutter::of(text, 3, last, marks)?;
        let mut all = Vec::new();
        loop {
            match cutter.next(numbers, usize::MAX) {
                Ok(Some(line)) => {
                    all.push((line, (0..cutter.count()).map(|field| cutter.get(field).to_string()).collect()))
                }
                Ok(None) => return Some(Ok(all)),
                Err(reason) => return Some(Err(reason)),
            }
        }
    }

    fn by_the_crate(text: &str, last: bool, marks: Marks) -> Result<Vec<Cut>, String> {
        let mut records = Records::of(text.as_bytes(), 3, last, marks);
        let (mut record, mut all) = (ByteRecord::new(), Vec::new());
        while let Some(line) = records.next(&mut record)? {
            all.push((line, record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()));
        }
        Ok(all)
    }

    proptest! {
        #[test]
        fn it_cuts_as_the_crate_does(text in "[ab1.,\"\r\nä]{0,40}", last: bool, quote: bool, numbers in prop::collection::vec(any::<bool>(), 4)) {
            let marks = Marks { delimiter: b',', quote: quote.then_some(b'"'), escape: None, comment: None };
            prop_assert_eq!(cut(&text, last, marks, &numbers), Some(by_the_crate(&text, last, marks)));
        }

        #[test]
        fn numbers_are_those_of_the_cells(cells in prop::collection::vec("[-+]?[0-9]{0,3}\\.?[0-9]{0,3}[a ]?", 1..5), quoted: bool) {
            let quote = if quoted { "\"" } else { "" };
            let written: Vec<String> = cells.iter().map(|cell| format!("{quote}{cell}{quote}")).collect();
            let text = written.join(";") + "\n";
            let marks = Marks { delimiter: b';', quote: Some(b'"'), escape: None, comment: None };
            let mut cutter = Cutter::of(&text, 1, true, marks).expect("plain marks");
            let any = cutter.next(&[true; 5], 5);
            prop_assert!(any.is_ok());
            for (field, cell) in cells.iter().enumerate().filter(|_| any != Ok(None)) {
                let number = |plain: Option<Plain>| plain.and_then(|plain| plain.value()).map(f64::to_bits);
                prop_assert_eq!(cutter.get(field), cell);
                prop_assert_eq!(number(cutter.plain(field)), number(Plain::of(cell)));
            }
        }
    }

    #[test]
    fn of_a_record_only_so_many_cells_are_kept() {
        let marks = Marks { delimiter: b',', quote: Some(b'"'), escape: None, comment: None };
        let mut cutter = Cutter::of("1,2,3,4\n", 1, true, marks).expect("plain marks");
        assert_eq!(cutter.next(&[], 2), Ok(Some(1)));
        assert_eq!((cutter.count(), cutter.get(1), cutter.get(2)), (4, "2", ""));
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told() {
        let marks = Marks { delimiter: b',', quote: Some(b'"'), escape: None, comment: None };
        let mut cutter = Cutter::of("1\n2,\"x\n3\n", 1, true, marks).expect("plain marks");
        assert_eq!(cutter.next(&[], 9), Ok(Some(1)));
        assert!(cutter.next(&[], 9).is_err_and(|reason| reason.starts_with("the quote that opens in line 2")));
    }

    #[test]
    fn odd_marks_are_not_for_it() {
        let marks = Marks { delimiter: b',', quote: Some(b'"'), escape: None, comment: None };
        for odd in [
            Marks { escape: Some(b'\\'), ..marks },
            Marks { comment: Some(b'#'), ..marks },
            Marks { quote: Some(b','), ..marks },
            Marks { delimiter: b'\n', ..marks },
        ] {
            assert!(Cutter::of("", 1, true, odd).is_none());
        }
    }
}
