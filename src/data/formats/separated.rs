//! Separated text: header, records, cells, and where each stands.

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use ::csv::{ByteRecord, ReaderBuilder};
use arrow_array::ArrayRef;
use arrow_array::builder::StringBuilder;

use super::hashes::{content_hash, hash_of};
use super::header::{comments, escapes, no_header};
use super::tap::Tap;
use super::{CHUNK_BYTES, CHUNK_ROWS, Chunk, Chunks, Found, Request};
use crate::data::encoding::{Decoded, line_at};
use crate::data::fitting::listed;
use crate::data::kinds::Spelling;
use crate::data::notation::Mark;
use crate::data::problems::{Places, shown, visible};
use crate::data::source::Source;
use crate::data::table::Unit;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::source::Span;

/// How the text is written.
#[derive(Clone)]
pub struct Separated<'a> {
    pub delimiter: &'a str,
    pub decimal: &'a str,
    pub thousands: Option<&'a str>,
    pub quote: &'a str,
    pub escape: Option<&'a str>,
    /// Whether the first record names the columns; else they are named by their places.
    pub header: bool,
    pub comment: Option<&'a str>,
    pub encoding: &'a str,
    pub missing: &'a [String],
}

/// What a spec says of how a file is written, by the delimiter and the options that all separated formats have.
macro_rules! options {
    ($format:expr, $delimiter:expr) => {
        $crate::data::formats::separated::Separated {
            delimiter: $delimiter,
            decimal: &$format.decimal,
            thousands: $format.thousands.as_deref(),
            quote: &$format.quote,
            escape: $format.escape.as_deref(),
            header: $format.header,
            comment: $format.comment.as_deref(),
            encoding: &$format.encoding,
            missing: &$format.missing,
        }
    };
}
pub(super) use options;

/// The text taken apart, before any kind is known: for [`open`] and for guessing a first spec.
pub struct Records<R: Read> {
    reader: ::csv::Reader<Tap<R>>,
    pub header: Vec<String>,
    /// A first record that is no header, and its line.
    first: Option<(ByteRecord, usize)>,
    /// Where the last record began, in bytes and lines, to count lines on from.
    at: (usize, usize),
    delimiter: u8,
    quote: Option<u8>,
    escape: Option<u8>,
    comment: Option<u8>,
}

impl<R: Read> Records<R> {
    /// Reads the header; the reason if there is none.
    pub fn new(text: R, format: &Separated<'_>) -> Result<Self, String> {
        let single = |value: &str, what: &str| match value.as_bytes() {
            [byte] if byte.is_ascii() => Ok(*byte),
            _ => Err(format!("the {what} must be one ASCII character, and is `{value}`")),
        };
        let delimiter = single(format.delimiter, "delimiter")?;
        let quote = if format.quote.is_empty() { None } else { Some(single(format.quote, "quote")?) };
        let escape = format.escape.map(|escape| single(escape, "escape")).transpose()?;
        let comment = format.comment.map(|comment| single(comment, "comment")).transpose()?;
        let mut builder = ReaderBuilder::new();
        builder.escape(escape).comment(comment).buffer_capacity(1 << 16);
        builder.has_headers(false).flexible(true).delimiter(delimiter).quoting(quote.is_some());
        if let Some(quote) = quote {
            builder.quote(quote);
        }
        let mut records = Self {
            reader: builder.from_reader(Tap::new(text, quote.filter(|_| escape.is_none()))),
            header: Vec::new(),
            first: None,
            at: (0, 1),
            delimiter,
            quote,
            escape,
            comment,
        };
        let mut header = ByteRecord::new();
        let Some(line) = records.next(&mut header)? else {
            let why = if format.header { "; the first row must name the columns" } else { "" };
            return Err(format!("it is empty{why}"));
        };
        if !format.header {
            records.header = (1..=header.len()).map(|place| place.to_string()).collect();
            records.first = Some((header, line));
            return Ok(records);
        }
        records.header = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_string()).collect();
        Ok(records)
    }

    /// The next record and the line it begins at; `None` at the end; the reason if the text breaks off.
    pub fn next(&mut self, record: &mut ByteRecord) -> Result<Option<usize>, String> {
        if let Some((first, line)) = self.first.take() {
            *record = first;
            return Ok(Some(line));
        }
        match self.reader.read_byte_record(record) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return Err(error.to_string()),
        }
        let position = record.position().map_or(0, |position| position.byte() as usize);
        let tap = self.reader.get_ref();
        let bytes = tap.from(position);
        let mut skip = 0;
        // The reader's position is before the line ends and comments that it skips.
        while let Some(byte) = bytes.get(skip) {
            if matches!(byte, b'\r' | b'\n') {
                skip += 1;
            } else if Some(*byte) == self.comment {
                skip += bytes[skip..].iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len() - skip);
            } else {
                break;
            }
        }
        // A comment that nothing follows is no record.
        if skip >= bytes.len() {
            return Ok(None);
        }
        let start = position + skip;
        let (from, mut line) = self.at;
        let passed = &tap.from(from)[..start - from];
        line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.at = (start, line);
        let tap = self.reader.get_ref();
        if self.reader.is_done() || (tap.ended && self.reader.position().byte() as usize >= tap.end()) {
            self.closed(tap.from(start), line)?;
        }
        self.reader.get_mut().forget(start);
        Ok(Some(line))
    }

    /// How the text begins, as far as it is still known.
    fn beginning(&self) -> String {
        String::from_utf8_lossy(self.reader.get_ref().from(0)).into_owned()
    }

    /// Whether a backslash stands before a quote in what has been read, and no escape is declared.
    fn escaped(&self) -> bool {
        self.reader.get_ref().escaped
    }

    /// An error if the last record ends inside quotes.
    fn closed(&self, record: &[u8], line: usize) -> Result<(), String> {
        let Some(quote) = self.quote else { return Ok(()) };
        let (mut inside, mut fresh, mut opened) = (false, true, 0);
        let mut index = 0;
        while index < record.len() {
            let byte = record[index];
            if inside {
                if Some(byte) == self.escape {
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
            fresh = !inside && byte == self.delimiter;
            index += 1;
        }
        if !inside {
            return Ok(());
        }
        let line = line + line_at(record, opened) - 1;
        let rest = String::from_utf8_lossy(&record[opened..]);
        Err(format!("the quote that opens in line {line} (`{}`) is never closed", shown(rest.trim_end())))
    }
}

/// Opens separated text.
pub fn open<'a>(
    format: Separated<'a>,
    source: &'a Source,
    request: &Request<'_>,
) -> Result<Box<dyn Chunks + 'a>, Vec<Diagnostic>> {
    let unreadable = |reason: String| vec![request.unreadable(&reason)];
    let foreign = |reason| source.foreign().unwrap_or(reason);
    let reader = source.reader().map_err(unreadable)?;
    let text = Decoded::new(reader, format.encoding).map_err(foreign).map_err(unreadable)?;
    let mut records = Records::new(text, &format).map_err(unreadable)?;
    let header = std::mem::take(&mut records.header);
    let beginning = records.beginning();
    if let Some(problem) = no_header(&beginning, &header, &format, request) {
        return Err(vec![problem]);
    }
    if let Some(problem) = nothing_fits(&beginning, &header, &format, request) {
        return Err(vec![problem]);
    }
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, name) in header.iter().enumerate() {
        places.entry(name.clone()).or_default().push(index);
    }
    // Hashed in the order of the names, so that columns may change places.
    let mut order: Vec<usize> = (0..header.len()).collect();
    order.sort_by(|a, b| header[*a].cmp(&header[*b]));
    let declared = |field: &usize| request.set.columns.iter().any(|column| column.source.trim() == header[*field]);
    let undeclared = order.iter().copied().filter(|field| !declared(field)).collect();
    let comments = comments(&beginning, &format);
    Ok(Box::new(Text {
        records,
        header,
        places,
        order,
        undeclared,
        asked: Vec::new(),
        ragged: Places::default(),
        comments,
        name: request.name.to_string(),
        span: request.set.path_span,
        format,
        record: ByteRecord::new(),
    }))
}

/// Separated text, opened.
struct Text<'a> {
    records: Records<Decoded<Box<dyn Read + Send>>>,
    header: Vec<String>,
    places: HashMap<String, Vec<usize>>,
    /// All fields in the order of their names, and those of them that nobody declares.
    order: Vec<usize>,
    undeclared: Vec<usize>,
    asked: Vec<usize>,
    ragged: Places,
    /// What to write if lines of it look like comments.
    comments: Option<String>,
    name: String,
    span: Span,
    format: Separated<'a>,
    record: ByteRecord,
}

impl Chunks for Text<'_> {
    fn header(&self) -> &[String] {
        &self.header
    }

    fn find(&self, source: &str) -> Found {
        match self.places.get(source).map(Vec::as_slice) {
            Some([field]) => Found::At(*field),
            Some([first, second, ..]) => Found::Twice(*first, *second),
            _ => Found::No,
        }
    }

    fn ask(&mut self, places: &[usize]) {
        self.asked = places.to_vec();
    }

    fn next(&mut self) -> Result<Option<Chunk>, Vec<Diagnostic>> {
        let mut cells: Vec<StringBuilder> = self.asked.iter().map(|_| StringBuilder::new()).collect();
        let (mut chunk, mut bytes) = (Chunk::default(), 0);
        let mut hashed = Vec::new();
        while chunk.rows < CHUNK_ROWS && bytes < CHUNK_BYTES {
            let line = match self.records.next(&mut self.record) {
                Ok(Some(line)) => line,
                Ok(None) => break,
                Err(reason) => return Err(vec![self.broken(&reason)]),
            };
            let record = &self.record;
            if !fits(record, &self.header) {
                let (has, wanted) = (record.len(), self.header.len());
                let first = if self.format.header { "the header" } else { "the first line" };
                self.ragged.add(|| format!("line {line} has {has} values, and {first} has {wanted}"));
                continue;
            }
            // One look at all cells; each is cut out of them at delimiters, which are letters of their own.
            let text = std::str::from_utf8(record.as_slice()).unwrap_or_default();
            for (field, cells) in self.asked.iter().zip(&mut cells) {
                let cell = record.range(*field).and_then(|range| text.get(range));
                cells.append_value(cell.unwrap_or_default());
            }
            chunk.content.push(content_hash(record, &self.order, &mut hashed));
            let undeclared = self.undeclared.iter().map(|field| record.get(*field).unwrap_or_default());
            chunk.undeclared.push(hash_of(undeclared));
            chunk.lines.push(line as u32);
            chunk.rows += 1;
            bytes += record.as_slice().len();
        }
        chunk.columns = cells.into_iter().map(|mut cells| Arc::new(cells.finish()) as ArrayRef).collect();
        Ok((chunk.rows > 0).then_some(chunk))
    }

    fn left_out(&mut self) -> Vec<Diagnostic> {
        if self.ragged.is_empty() {
            return Vec::new();
        }
        let message = format!("`{}`, {}", self.name, self.ragged.first());
        let usual = "a value that contains the delimiter or a line end must stand in quotes; another delimiter is written `delimiter: \";\"`";
        let help = self.comments.clone().or_else(|| self.escapes()).unwrap_or_else(|| usual.into());
        let ragged = Diagnostic::new(&codes::RAGGED_ROW, self.span, message).here("this file").help(help);
        vec![self.ragged.note_rest(ragged)]
    }

    fn undeclared(&self) -> Vec<String> {
        self.undeclared.iter().map(|field| self.header[*field].clone()).collect()
    }

    fn spelling(&self) -> Spelling {
        // `check` has seen to it that each is one mark.
        Spelling {
            decimal: self.format.decimal.chars().next().unwrap_or('.'),
            thousands: self.format.thousands.and_then(|thousands| Mark::of(thousands.chars().next()?)),
        }
    }

    fn unit(&self) -> Unit {
        Unit::Line
    }

    fn advice_on_first_row(&self) -> Option<String> {
        (!self.format.header).then(|| "if the first line names the columns, leave `header: false` out".into())
    }
}

impl Text<'_> {
    fn escapes(&self) -> Option<String> {
        escapes(self.records.escaped())
    }

    /// The text breaks off.
    fn broken(&self, reason: &str) -> Diagnostic {
        let message = format!("cannot read `{}`: {reason}", self.name);
        let problem = Diagnostic::new(&codes::UNREADABLE_DATA, self.span, message).here("this file");
        match self.escapes() {
            Some(help) => problem.help(help),
            None => problem,
        }
    }
}

/// Whether a record has the values of a row. A delimiter behind the last one, here or in the header, makes no value.
fn fits(record: &ByteRecord, header: &[String]) -> bool {
    let (has, wanted) = (record.len(), header.len());
    has == wanted
        || (has == wanted + 1 && record.get(wanted).is_some_and(|cell| cell.trim_ascii().is_empty()))
        || (has + 1 == wanted && header.last().is_some_and(String::is_empty))
}

/// None of the columns is there: one cause, for which each would be missing. The text is separated otherwise than the spec
/// says, or is another table.
fn nothing_fits(text: &str, header: &[String], format: &Separated<'_>, request: &Request<'_>) -> Option<Diagnostic> {
    let columns = request.set.columns.iter().zip(request.needed);
    let wanted: Vec<&str> = columns.filter(|(_, needed)| **needed).map(|(column, _)| column.source.trim()).collect();
    if wanted.is_empty() || wanted.iter().any(|name| header.iter().any(|other| other == name)) {
        return None;
    }
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let begins = format!("it begins with: {}", visible(&first.chars().take(100).collect::<String>()));
    let Some(other) = super::delimiter::better(text, format.delimiter, header, &wanted) else {
        let like = |name: &&str| {
            crate::diag::suggest::closest(name, header.iter().map(String::as_str)).is_some()
                || header.iter().any(|other| other.eq_ignore_ascii_case(name))
        };
        if wanted.len() < 3 || wanted.iter().any(like) {
            return None;
        }
        let names: Vec<String> = wanted.iter().map(|name| (*name).to_string()).collect();
        let message =
            format!("`{}` has none of the columns of `{}`: {}", request.name, request.set.name, listed(&names));
        return Some(
            Diagnostic::new(&codes::MISSING_COLUMN, request.set.path_span, message)
                .here("this file")
                .help("give the file that has them, or name the columns in its first line")
                .note(begins),
        );
    };
    let message = format!("`{}` seems to be separated by {other:?}, not by {:?}", request.name, format.delimiter);
    let right = match other {
        "\t" => format!("tsv({:?})", request.name),
        "," => format!("csv({:?})", request.name),
        _ => format!("csv({:?}, delimiter: {other:?})", request.name),
    };
    Some(
        Diagnostic::new(&codes::MISSING_COLUMN, request.set.path_span, message)
            .here("this file")
            .help(format!("write `{right}`"))
            .note(begins),
    )
}
