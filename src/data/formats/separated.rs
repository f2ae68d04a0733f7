//! Separated text: header, records, cells, and where each stands.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;

use ::csv::{ByteRecord, ReaderBuilder};
use sha2::{Digest, Sha256};

use super::Request;
use super::filling::{Filling, Missing, Wrong, finish};
use super::header::{comments, escapes, no_header};
use super::words::Words;
use crate::check::pipeline::{Column, Part};
use crate::data::bytes::Content;
use crate::data::encoding::{decode, line_at};
use crate::data::fitting::listed;
use crate::data::kinds::{self, Spelling};
use crate::data::notation::Mark;
use crate::data::problems::{Places, shown, visible};
use crate::data::table::{FileSeen, RowHash, Table};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;

/// How the text is written.
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

/// The text taken apart, before any kind is known: for [`read`] and for guessing a first spec.
pub struct Records<'t> {
    text: &'t str,
    reader: ::csv::Reader<&'t [u8]>,
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

impl<'t> Records<'t> {
    /// Reads the header; the reason if there is none.
    pub fn new(text: &'t str, format: &Separated<'_>) -> Result<Self, String> {
        let single = |value: &str, what: &str| match value.as_bytes() {
            [byte] if byte.is_ascii() => Ok(*byte),
            _ => Err(format!("the {what} must be one ASCII character, and is `{value}`")),
        };
        let delimiter = single(format.delimiter, "delimiter")?;
        let quote = if format.quote.is_empty() { None } else { Some(single(format.quote, "quote")?) };
        let escape = format.escape.map(|escape| single(escape, "escape")).transpose()?;
        let comment = format.comment.map(|comment| single(comment, "comment")).transpose()?;
        let mut builder = ReaderBuilder::new();
        builder.escape(escape).comment(comment);
        builder.has_headers(false).flexible(true).delimiter(delimiter).quoting(quote.is_some());
        if let Some(quote) = quote {
            builder.quote(quote);
        }
        let mut records = Self {
            text,
            reader: builder.from_reader(text.as_bytes()),
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
        let mut start = record.position().map_or(0, |position| position.byte() as usize);
        let bytes = self.text.as_bytes();
        // The reader's position is before the line ends and comments that it skips.
        while let Some(byte) = bytes.get(start) {
            if matches!(byte, b'\r' | b'\n') {
                start += 1;
            } else if Some(*byte) == self.comment {
                start += bytes[start..].iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len() - start);
            } else {
                break;
            }
        }
        // A comment that nothing follows is no record.
        if start >= bytes.len() {
            return Ok(None);
        }
        let (from, mut line) = self.at;
        line += bytes[from.min(start)..start].iter().filter(|byte| **byte == b'\n').count();
        self.at = (start, line);
        if self.reader.is_done() || self.reader.position().byte() as usize >= bytes.len() {
            self.closed(&bytes[start..], line)?;
        }
        Ok(Some(line))
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

/// Reads separated text into a table.
pub fn read<'a>(format: &Separated<'a>, content: &Content, request: &Request<'a>) -> Result<Table, Vec<Diagnostic>> {
    let set = request.set;
    let unreadable = |reason: String| {
        let message = format!("cannot read `{}`: {reason}", request.name);
        vec![Diagnostic::new(&codes::UNREADABLE_DATA, set.path_span, message).here("this file")]
    };
    let text = decode(&content.bytes, format.encoding).map_err(unreadable)?;
    // `check` has seen to it that each is one mark.
    let spelling = Spelling {
        decimal: format.decimal.chars().next().unwrap_or('.'),
        thousands: format.thousands.and_then(|thousands| Mark::of(thousands.chars().next()?)),
    };
    let mut records = Records::new(&text, format).map_err(unreadable)?;
    let header = std::mem::take(&mut records.header);
    if let Some(problem) = no_header(&text, &header, format, request) {
        return Err(vec![problem]);
    }
    if let Some(problem) = nothing_fits(&text, &header, format, request) {
        return Err(vec![problem]);
    }
    let mut problems = Vec::new();
    let mut filling = columns_of(&header, format, request, spelling, &mut problems);
    // Hashed in the order of the names, so that columns may change places.
    let mut order: Vec<usize> = (0..header.len()).collect();
    order.sort_by(|a, b| header[*a].cmp(&header[*b]));
    let undeclared: Vec<usize> = order
        .iter()
        .copied()
        .filter(|field| !set.columns.iter().any(|column| column.source.trim() == header[*field]))
        .collect();
    let undeclared_names = undeclared.iter().map(|field| header[*field].clone()).collect();
    let mut table = Table { header, undeclared_names, ..Table::default() };
    let mut ragged = Places::default();
    let mut record = ByteRecord::new();
    let mut hashed = Vec::new();
    loop {
        let line = match records.next(&mut record) {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(reason) => {
                let help = escapes(&text, format);
                let with_help = |problem: Diagnostic| match help.clone() {
                    Some(help) => problem.help(help),
                    None => problem,
                };
                problems.extend(unreadable(reason).into_iter().map(with_help));
                break;
            }
        };
        if !fits(&record, &table.header) {
            let (has, wanted) = (record.len(), table.header.len());
            let first = if format.header { "the header" } else { "the first line" };
            ragged.add(|| format!("line {line} has {has} values, and {first} has {wanted}"));
            continue;
        }
        for column in &mut filling {
            let mut cell = record.get(column.field).unwrap_or_default();
            let trimmed = cell.trim_ascii();
            if !column.half.keeps_spaces() {
                cell = trimmed;
            }
            let whole = std::str::from_utf8(cell).unwrap_or_default();
            let meant = match column.column.map.is_empty() {
                true => Cow::Borrowed(whole),
                false => column.half.meaning(whole, &column.column.map),
            };
            // What the map gives is no spelling of a missing value.
            if let Cow::Owned(meant) = &meant {
                if let Err(reason) = column.cells.push(meant) {
                    let source = &column.column.source;
                    let (cell, meant) = (shown(whole), shown(meant));
                    column.wrong.add(table.rows, || {
                        format!("line {line}: `{source}` is `{cell}`, mapped to `{meant}`, which is {reason}")
                    });
                }
                continue;
            }
            if column.missing.takes(trimmed) || (trimmed.is_empty() && column.half.empty_is_missing()) {
                column.missing.count(trimmed);
                column.cells.push_missing();
                continue;
            }
            if let Err(reason) = column.cells.push(whole) {
                column.words.add(whole);
                column.wrong.add(table.rows, || {
                    format!("line {line}: `{}` is `{}`, which is {reason}", column.column.source, shown(whole))
                });
            }
        }
        table.content.push(content_hash(&record, &order, &mut hashed));
        table.undeclared.push(hash_of(undeclared.iter().map(|field| record.get(*field).unwrap_or_default())));
        table.lines.push(line as u32);
        table.rows += 1;
    }
    if !ragged.is_empty() {
        let message = format!("`{}`, {}", request.name, ragged.first());
        let usual = "a value that contains the delimiter or a line end must stand in quotes; another delimiter is written `delimiter: \";\"`";
        let help = comments(&text, format).or_else(|| escapes(&text, format)).unwrap_or_else(|| usual.into());
        problems.push(
            ragged.note_rest(Diagnostic::new(&codes::RAGGED_ROW, set.path_span, message).here("this file").help(help)),
        );
    }
    let before = problems.len();
    finish(filling, &mut table, request, spelling, &mut problems);
    if let (false, Some(line)) = (format.header, table.lines.first()) {
        let first = format!("`{}`, line {line}: ", request.name);
        for problem in problems.iter_mut().skip(before).filter(|problem| problem.message.starts_with(&first)) {
            problem.help = Some("if the first line names the columns, leave `header: false` out".into());
        }
    }
    table.files.push(FileSeen {
        name: request.name.to_string(),
        sha256: content.sha256.clone(),
        rows: 0..table.rows,
        part: Part::Train,
    });
    if problems.is_empty() { Ok(table) } else { Err(problems) }
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

/// Finds the declared columns in the header.
fn columns_of<'a>(
    header: &[String],
    format: &Separated<'a>,
    request: &Request<'a>,
    spelling: Spelling,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Filling<'a>> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, name) in header.iter().enumerate() {
        places.entry(name).or_default().push(index);
    }
    let mut filling = Vec::new();
    for (index, column) in request.set.columns.iter().enumerate().filter(|(index, _)| request.wanted[*index]) {
        let field = match places.get(column.source.trim()).map(Vec::as_slice) {
            Some([field]) => *field,
            Some([first, second, ..]) => {
                let message = format!(
                    "`{}` has two columns `{}`, the {} and the {}",
                    request.name,
                    column.source,
                    ordinal(first + 1),
                    ordinal(second + 1)
                );
                problems.push(
                    Diagnostic::new(&codes::DUPLICATE_COLUMN, column.span, message)
                        .here("which of them?")
                        .help("give one of them another name in the file"),
                );
                continue;
            }
            _ => {
                if request.needed[index] {
                    problems.push(missing_column(column, header, request.name));
                }
                continue;
            }
        };
        if !column.shape.is_empty() {
            let message = format!("`{}` is text, and text holds no arrays", request.name);
            problems.push(
                Diagnostic::new(&codes::WRONG_VALUE, column.span, message).here("declared as an array").help(
                    "declare one column per number (`p00 .. p63: number`) and add `-> reshape(8, 8)` after the steps",
                ),
            );
            continue;
        }
        let half = kinds::half(&column.kind);
        let (cells, missing) = (half.cells(spelling), Missing::of(column, format.missing));
        filling.push(Filling {
            index,
            column,
            half,
            field,
            cells,
            missing,
            wrong: Wrong::default(),
            words: Words::default(),
        });
    }
    filling
}

/// A declared column that the file lacks.
pub fn missing_column(column: &Column, header: &[String], file: &str) -> Diagnostic {
    let message = format!("`{file}` has no column `{}`", column.source);
    let mut diagnostic = Diagnostic::new(&codes::MISSING_COLUMN, column.span, message).here("not in the file");
    let close = crate::diag::suggest::closest(&column.source, header.iter().map(String::as_str))
        .or_else(|| header.iter().map(String::as_str).find(|name| name.eq_ignore_ascii_case(&column.source)));
    if let Some(close) = close {
        let written = if is_word(close) { format!("`{close}`") } else { format!("`{} … as {close:?}`", column.name) };
        diagnostic = diagnostic.help(format!("did you mean {written}?"));
    }
    let names: Vec<&str> = header.iter().take(30).map(String::as_str).collect();
    let more = header.len().saturating_sub(names.len());
    let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
    diagnostic = diagnostic.note(format!("the file has: {}{rest}", visible(&names.join(", "))));
    diagnostic
}

fn is_word(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn ordinal(number: usize) -> String {
    let suffix = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}

/// The hash of a row's cells, each with its length in front, so that `ab|c` is not `a|bc`.
fn content_hash(record: &ByteRecord, order: &[usize], buffer: &mut Vec<u8>) -> RowHash {
    buffer.clear();
    for field in order {
        let cell = record.get(*field).unwrap_or_default();
        buffer.extend((cell.len() as u32).to_le_bytes());
        buffer.extend(cell);
    }
    first_half(&Sha256::digest(&*buffer))
}

/// A quick hash of some cells.
fn hash_of<'c>(cells: impl Iterator<Item = &'c [u8]>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for cell in cells {
        hasher.write_usize(cell.len());
        hasher.write(cell);
    }
    hasher.finish()
}

/// Half of a SHA-256 is enough to tell rows apart.
pub fn first_half(digest: &[u8]) -> RowHash {
    let mut hash = [0; 16];
    hash.copy_from_slice(&digest[..16]);
    hash
}
