//! Separated text: how it is written, and its blocks made chunks.

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use ::csv::ByteRecord;

use super::blocks::{Block, Blocks};
use super::cutter::Cutter;
use super::hashes::{content_hash, hash_of};
use super::header::{comments, escapes, no_header};
use super::record_ends::RecordEnds;
use super::records::{Marks, Records};
use super::written::Cells;
use super::{Chunk, Chunks, Found, Key, Raw, Request};
use crate::data::encoding::Decoded;
use crate::data::fitting::listed;
use crate::data::kinds::Spelling;
use crate::data::notation::Mark;
use crate::data::plain::Plain;
use crate::data::problems::{Places, count, visible};
use crate::data::source::Source;
use crate::data::table::{RowHash, Unit};
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
    let marks = Marks::of(&format).map_err(unreadable)?;
    let mut blocks = Blocks::new(text, RecordEnds::new(marks));
    let mut first = blocks.next().map_err(unreadable)?;
    let (begins, last) = first.as_ref().map_or((&[][..], true), |block| (&block.text, block.last));
    let (records, header) = Records::with_header(begins, last, &format).map_err(unreadable)?;
    let (from, line) = records.place();
    let beginning = String::from_utf8_lossy(&begins[..begins.len().min(BEGINNING)]).into_owned();
    if let Some(problem) = no_header(&beginning, &header, &format, request) {
        return Err(vec![problem]);
    }
    if let Some(problem) = nothing_fits(&beginning, &header, &format, request) {
        return Err(vec![problem]);
    }
    if let Some(block) = &mut first {
        (block.from, block.line) = (from, line);
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
    let name = request.name.to_string();
    let key = request.key.and_then(|key| match places.get(key.source(request)?)?.as_slice() {
        [field] => Some((key.clone(), *field)),
        _ => None,
    });
    let fields =
        Fields { marks, header, order, undeclared, asked: Vec::new(), numbers: Vec::new(), key, headed: format.header };
    Ok(Box::new(Text {
        blocks,
        first,
        places,
        comments,
        name,
        span: request.set.path_span,
        fields: fields.into(),
        format,
    }))
}

/// How much of a text tells how it is written.
const BEGINNING: usize = 1 << 16;

/// Separated text, opened.
struct Text<'a> {
    blocks: Blocks<Decoded<Box<dyn Read + Send>>, RecordEnds>,
    /// The block that the header stands in.
    first: Option<Block>,
    places: HashMap<String, Vec<usize>>,
    /// What to write if lines of it look like comments.
    comments: Option<String>,
    name: String,
    span: Span,
    fields: Arc<Fields>,
    format: Separated<'a>,
}

impl Chunks for Text<'_> {
    fn header(&self) -> Vec<String> {
        self.fields.header.clone()
    }

    fn find(&self, source: &str) -> Found {
        match self.places.get(source).map(Vec::as_slice) {
            Some([field]) => Found::At(*field),
            Some([first, second, ..]) => Found::Twice(*first, *second),
            _ => Found::No,
        }
    }

    fn ask(&mut self, places: &[usize]) {
        Arc::make_mut(&mut self.fields).asked = places.to_vec();
    }

    fn take_written(&mut self, numbers: &[bool]) {
        let fields = Arc::make_mut(&mut self.fields);
        fields.numbers = vec![false; fields.header.len()];
        let of_numbers = fields.asked.iter().zip(numbers).filter(|(_, number)| **number);
        of_numbers.for_each(|(field, _)| fields.numbers[*field] = true);
        // A column that is asked for twice is given in one way.
        let others = fields.asked.iter().zip(numbers).filter(|(_, number)| !**number);
        others.for_each(|(field, _)| fields.numbers[*field] = false);
    }

    fn next(&mut self) -> Result<Option<Raw>, Vec<Diagnostic>> {
        let block = match self.first.take() {
            Some(first) => Some(first),
            None => self.blocks.next().map_err(|reason| vec![self.broken(&reason)])?,
        };
        let Some(block) = block else { return Ok(None) };
        let (fields, broken) = (self.fields.clone(), self.broken(""));
        let prefix = broken.message.clone();
        Ok(Some(Box::new(move || {
            fields.chunk(&block).map_err(|reason| vec![Diagnostic { message: prefix + &reason, ..broken }])
        })))
    }

    fn left_out(&self, ragged: &Places) -> Vec<Diagnostic> {
        if ragged.is_empty() {
            return Vec::new();
        }
        let message = format!("`{}`, {}", self.name, ragged.first());
        let usual = "a value that contains the delimiter or a line end must stand in quotes; another delimiter is written `delimiter: \";\"`";
        let help = self.comments.clone().or_else(|| self.escapes()).unwrap_or_else(|| usual.into());
        let diagnostic = Diagnostic::new(&codes::RAGGED_ROW, self.span, message).here("this file").help(help);
        vec![ragged.note_rest(diagnostic)]
    }

    fn undeclared(&self) -> Vec<String> {
        self.fields.undeclared.iter().map(|field| self.fields.header[*field].clone()).collect()
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
        escapes(self.blocks.ends.escaped)
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

/// What is read of a record.
#[derive(Clone)]
struct Fields {
    marks: Marks,
    header: Vec<String>,
    headed: bool,
    /// All fields in the order of their names, and those of them that nobody declares.
    order: Vec<usize>,
    undeclared: Vec<usize>,
    asked: Vec<usize>,
    /// The field that rows are known by.
    key: Option<(Key, usize)>,
    /// By field, whether it is read and plain numbers in it may be given as such.
    numbers: Vec<bool>,
}

impl Fields {
    /// The rows of a block; the reason if it breaks off.
    fn chunk(&self, block: &Block) -> Result<Chunk, String> {
        let mut rows = Rows::new(self);
        // A block is whole characters.
        let text = std::str::from_utf8(&block.text[block.from..]).map_err(|error| error.to_string())?;
        if let Some(mut cutter) = Cutter::of(text, block.line, block.last, self.marks) {
            while let Some(line) = cutter.next(&self.numbers, self.header.len() + 1)? {
                rows.add(line, cutter.count(), |field| cutter.get(field), |field| cutter.plain(field));
            }
        } else {
            let mut records = Records::of(text.as_bytes(), block.line, block.last, self.marks);
            let mut record = ByteRecord::new();
            while let Some(line) = records.next(&mut record)? {
                // One look at all cells; each is cut out of them at delimiters, which are letters of their own.
                let cells = std::str::from_utf8(record.as_slice()).unwrap_or_default();
                let cell = |field| record.range(field).and_then(|range| cells.get(range)).unwrap_or_default();
                rows.add(line, record.len(), cell, |field| Plain::of(cell(field)));
            }
        }
        Ok(rows.finish())
    }
}

/// The rows of a block while it is read.
struct Rows<'f> {
    fields: &'f Fields,
    columns: Vec<Cells>,
    chunk: Chunk,
    hashed: Vec<u8>,
}

impl<'f> Rows<'f> {
    fn new(fields: &'f Fields) -> Self {
        let columns = fields.asked.iter().map(|field| Cells::new(fields.numbers.get(*field) == Some(&true)));
        Self { fields, columns: columns.collect(), chunk: Chunk::default(), hashed: Vec::new() }
    }

    /// Adds a record of so many cells, unless they are not those of a row.
    fn add<'c>(
        &mut self,
        line: usize,
        has: usize,
        cell: impl Fn(usize) -> &'c str,
        plain: impl Fn(usize) -> Option<Plain>,
    ) {
        let wanted = self.fields.header.len();
        if !fits(has, &self.fields.header, &cell) {
            let first = if self.fields.headed { "the header" } else { "the first line" };
            self.chunk.ragged.add(|| format!("line {line} has {}, and {first} has {wanted}", count(has, "value")));
            return;
        }
        for (field, cells) in self.fields.asked.iter().zip(&mut self.columns) {
            cells.push_read(cell(*field), plain(*field));
        }
        let known = self.fields.key.as_ref().is_some_and(|(key, field)| key.is_value(cell(*field)));
        let of_row = || self.fields.order.iter().map(|field| cell(*field));
        let content = if known { RowHash::default() } else { content_hash(of_row(), &mut self.hashed) };
        self.chunk.content.push(content);
        self.chunk.undeclared.push(hash_of(self.fields.undeclared.iter().map(|field| cell(*field))));
        self.chunk.lines.push(line as u32);
        self.chunk.rows += 1;
    }

    fn finish(self) -> Chunk {
        Chunk { columns: self.columns.into_iter().map(Cells::finish).collect(), ..self.chunk }
    }
}

/// Whether a record has the values of a row. A delimiter behind the last one, here or in the header, makes no value.
fn fits<'c>(has: usize, header: &[String], cell: impl Fn(usize) -> &'c str) -> bool {
    let wanted = header.len();
    has == wanted
        || (has == wanted + 1 && cell(wanted).trim_ascii().is_empty())
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
