//! Separated text taken apart: its header, its records, and the line at which each begins.

use ::csv::{ByteRecord, ReaderBuilder};

use super::separated::Separated;
use crate::data::encoding::{line_at, lines};
use crate::data::problems::shown;

/// The signs that a text is taken apart by.
#[derive(Clone, Copy)]
pub struct Marks {
    pub delimiter: u8,
    pub quote: Option<u8>,
    pub escape: Option<u8>,
    pub comment: Option<u8>,
}

impl Marks {
    /// Those that a spec says; the reason if one of them is none.
    pub fn of(format: &Separated<'_>) -> Result<Self, String> {
        let single = |value: &str, what: &str| match value.as_bytes() {
            [byte] if byte.is_ascii() => Ok(*byte),
            _ => Err(format!("the {what} must be one ASCII character, and is `{value}`")),
        };
        Ok(Self {
            delimiter: single(format.delimiter, "delimiter")?,
            quote: if format.quote.is_empty() { None } else { Some(single(format.quote, "quote")?) },
            escape: format.escape.map(|escape| single(escape, "escape")).transpose()?,
            comment: format.comment.map(|comment| single(comment, "comment")).transpose()?,
        })
    }
}

/// The records of a text of whole records.
pub struct Records<'t> {
    reader: ::csv::Reader<&'t [u8]>,
    text: &'t [u8],
    /// Where the last record began, in bytes and lines, to count lines on from.
    at: (usize, usize),
    /// Whether the text may break off in its last record.
    last: bool,
    marks: Marks,
}

impl<'t> Records<'t> {
    /// Those behind the header, and the names that this gives; the reason if there is none. Without a header, the columns are named
    /// by their places, and the first record is one.
    pub fn with_header(text: &'t [u8], last: bool, format: &Separated<'_>) -> Result<(Self, Vec<String>), String> {
        let marks = Marks::of(format)?;
        let mut records = Self::of(text, 1, last, marks);
        let mut header = ByteRecord::new();
        if records.next(&mut header)?.is_none() {
            let why = if format.header { "; the first row must name the columns" } else { "" };
            return Err(format!("it is empty{why}"));
        }
        if !format.header {
            return Ok((Self::of(text, 1, last, marks), (1..=header.len()).map(|place| place.to_string()).collect()));
        }
        let names = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_string()).collect();
        Ok((records, names))
    }

    /// Those of a text that begins in a line.
    pub fn of(text: &'t [u8], line: usize, last: bool, marks: Marks) -> Self {
        let mut builder = ReaderBuilder::new();
        builder.escape(marks.escape).comment(marks.comment).buffer_capacity(text.len().clamp(1, 1 << 16));
        builder.has_headers(false).flexible(true).delimiter(marks.delimiter).quoting(marks.quote.is_some());
        if let Some(quote) = marks.quote {
            builder.quote(quote);
        }
        Self { reader: builder.from_reader(text), text, at: (0, line), last, marks }
    }

    /// The next record and the line it begins at; `None` at the end; the reason if the text breaks off.
    pub fn next(&mut self, record: &mut ByteRecord) -> Result<Option<usize>, String> {
        match self.reader.read_byte_record(record) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(error.to_string()),
        }
        let mut start = record.position().map_or(0, |position| position.byte() as usize);
        // The reader's position is before the line ends and comments that it skips.
        while let Some(byte) = self.text.get(start) {
            if matches!(byte, b'\r' | b'\n') {
                start += 1;
            } else if Some(*byte) == self.marks.comment {
                start += memchr::memchr(b'\n', &self.text[start..]).unwrap_or(self.text.len() - start);
            } else {
                break;
            }
        }
        // A comment that nothing follows is no record.
        if start >= self.text.len() {
            return Ok(None);
        }
        let (from, line) = self.at;
        self.at = (start, line + lines(&self.text[from..start]));
        if self.last && self.reader.position().byte() as usize >= self.text.len() {
            unclosed(&self.text[start..], self.at.1, self.marks)?;
        }
        Ok(Some(self.at.1))
    }

    /// Where the next record is looked for: the place, and its line.
    pub fn place(&self) -> (usize, usize) {
        let place = self.reader.position().byte() as usize;
        let (from, line) = self.at;
        (place, line + lines(&self.text[from..place]))
    }
}

/// An error if a record, which begins in a line, ends inside quotes.
pub fn unclosed(record: &[u8], line: usize, marks: Marks) -> Result<(), String> {
    let Some(quote) = marks.quote else { return Ok(()) };
    let (mut inside, mut fresh, mut opened) = (false, true, 0);
    let mut index = 0;
    while index < record.len() {
        let byte = record[index];
        if inside {
            if Some(byte) == marks.escape {
                index += 1;
            } else if byte == quote {
                if record.get(index + 1) == Some(&quote) {
                    index += 1;
                } else {
                    inside = false;
                }
            }
        } else if byte == quote && fresh {
            inside = true;
            opened = index;
        }
        fresh = !inside && byte == marks.delimiter;
        index += 1;
    }
    if !inside {
        return Ok(());
    }
    let line = line + line_at(record, opened) - 1;
    let rest = String::from_utf8_lossy(&record[opened..]);
    Err(format!("the quote that opens in line {line} (`{}`) is never closed", shown(rest.trim_end())))
}
