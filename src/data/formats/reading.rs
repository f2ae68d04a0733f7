//! From the chunks of any format to a table: which of the declared columns a file has, and every one of them filled.

use std::collections::BTreeMap;

use super::at_place::{column_twice, missing_column};
use super::filling::{Filling, finish};
use super::{Chunk, Chunks, Found, Request, half};
use crate::catalog::formats::FormatDef;
use crate::catalog::kinds::KindDef;
use crate::data::parallel::streamed;
use crate::data::problems::Places;
use crate::data::source::Source;
use crate::data::store::Fixed;
use crate::data::store::kept::{self, Place, TableWriter};
use crate::data::table::{FileSeen, Table};
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::pipeline::{Column, Part};

/// Reads a file into a table, or finds it in the cache; every problem of it otherwise.
pub fn read(format: &FormatDef, source: Source, request: &Request<'_>) -> Result<Table, Vec<Diagnostic>> {
    if request.hashed {
        source.hash();
    }
    let unreadable = |reason: String| vec![request.unreadable(&reason)];
    let prefix = cached_as(format, &source, request);
    let place = match prefix.as_ref().filter(|prefix| kept::any(prefix)) {
        Some(prefix) => {
            let hash = source.hashed().map_err(unreadable)?;
            Some(Place::new(prefix, &hash).map_err(unreadable)?)
        }
        None => None,
    };
    let mut table = match place.as_ref().and_then(Place::open) {
        Some(mut table) => {
            table.columns.resize(request.set.columns.len(), None);
            table.spelled_missing.resize(request.set.columns.len(), BTreeMap::new());
            table
        }
        None => fill(format, &source, request, prefix.as_deref(), place)?,
    };
    let sha256 = if request.hashed { source.sha256() } else { source.unchanged().map(|()| String::new()) };
    let sha256 = sha256.map_err(unreadable)?;
    table.files.push(FileSeen { name: request.name.to_string(), sha256, rows: 0..table.rows, part: Part::Train });
    Ok(table)
}

/// What the table of a file is called in the cache, without what the file holds; `None` for a file that is read quickly.
fn cached_as(format: &FormatDef, source: &Source, request: &Request<'_>) -> Option<String> {
    /// A file may be so many times smaller than what it holds.
    const PACKED: u64 = 64;
    if source.file_length()?.saturating_mul(PACKED) < request.memory as u64 {
        return None;
    }
    // Of rows that are known by a key, nothing else is hashed.
    let key = request.key.and_then(|key| key.source(request));
    let mut words = format!("{}\n{}\n{key:?}\n", format.show(), request.whole);
    for (column, _) in request.set.columns.iter().zip(request.wanted).filter(|(_, wanted)| **wanted) {
        let (name, source, kind) = (&column.name, &column.source, column.kind.show());
        words += &format!("{name:?} {source:?} {kind:?} {:?} {:?} {:?}\n", column.shape, column.axes, column.map);
    }
    Some(kept::prefix(&words))
}

/// A table while it is filled.
struct Rows<'a> {
    filling: Vec<Filling<'a>>,
    table: Table,
    /// How many bytes have come so far, and how many may lie in memory.
    bytes: usize,
    memory: usize,
    /// Where rows are written to, once they are too many; and how many bytes of them have come since they were.
    writer: Option<TableWriter>,
    since: usize,
}

/// Rows of so many bytes are written at once.
const WRITTEN: usize = 4 << 20;

impl Rows<'_> {
    /// Adds some rows.
    fn take(&mut self, chunk: Chunk) -> Result<(), String> {
        for (column, filled) in self.filling.iter_mut().zip(&chunk.columns) {
            let place = |row: usize| match (chunk.lines.get(row), chunk.notes.get(row)) {
                (Some(line), _) => format!("line {line}"),
                (None, Some(note)) if !note.name.is_empty() => note.name.clone(),
                (None, _) => self.table.unit.of(self.table.rows + row),
            };
            let bytes = filled.bytes();
            self.bytes += bytes;
            self.since += bytes;
            column.note(&chunk.notes, self.table.rows);
            column.take(filled, self.table.rows, &place);
        }
        self.table.notes.extend_from_slice(&chunk.notes);
        self.table.rows += chunk.rows;
        if u32::try_from(self.table.rows).is_err() {
            return Err("it has more than four thousand million rows".into());
        }
        match &mut self.writer {
            Some(writer) => writer.beside(&chunk)?,
            None => {
                match chunk.content.is_empty() {
                    true => self.table.content.extend_with_zeros(chunk.rows),
                    false => self.table.content.extend(chunk.content),
                }
                self.table.undeclared.extend(chunk.undeclared.iter().map(|hash| hash.to_le_bytes()));
                self.table.lines.extend(chunk.lines.iter().map(|line| line.to_le_bytes()));
            }
        }
        if self.writer.is_none() && self.bytes > self.memory {
            let mut writer = TableWriter::new(self.filling.iter().map(|column| column.index + 1).max().unwrap_or(0))?;
            writer.append(&self.table)?;
            self.table.content = Fixed::default();
            self.table.undeclared = Fixed::default();
            self.table.lines = Fixed::default();
            self.writer = Some(writer);
            self.since = WRITTEN;
        }
        if self.since >= WRITTEN { self.write() } else { Ok(()) }
    }

    /// Writes what has come since the last time, if rows are written.
    fn write(&mut self) -> Result<(), String> {
        let Some(writer) = &mut self.writer else { return Ok(()) };
        self.since = 0;
        self.filling.iter_mut().try_for_each(|column| writer.push(column.index, &column.taken()))
    }
}

fn fill(
    format: &FormatDef,
    source: &Source,
    request: &Request<'_>,
    prefix: Option<&str>,
    place: Option<Place>,
) -> Result<Table, Vec<Diagnostic>> {
    let changed = |problems| match source.unchanged() {
        Ok(()) => problems,
        // Whatever else is wrong with it comes from that.
        Err(reason) => vec![request.unreadable(&reason)],
    };
    let mut chunks = half(format).open(source, request).map_err(changed)?;
    let spelling = chunks.spelling();
    let mut problems = Vec::new();
    let (mut filling, places) = columns_of(chunks.as_ref(), format, request, &mut problems);
    filling.iter_mut().for_each(|column| column.folder(request.base));
    if request.closed {
        filling.iter_mut().for_each(Filling::close);
    }
    let frames = filling
        .iter()
        .filter_map(|column| Some((column.index, frames_of(column.column, chunks.shape(column.field)?)?)));
    let frames = frames.collect();
    chunks.ask(&places);
    chunks.take_written(&filling.iter().map(Filling::takes_written).collect::<Vec<_>>());
    let table = Table { unit: chunks.unit(), frames, ..Table::default() };
    let mut rows = Rows { filling, table, bytes: 0, memory: request.memory, writer: None, since: 0 };
    let mut unwritten = None;
    // Rows are read and taken apart by other threads while those before them are filled in.
    let mut ragged = Places::default();
    let mut more = true;
    let next = || {
        let next = if more { chunks.next().transpose() } else { None };
        more = matches!(next, Some(Ok(_)));
        next
    };
    streamed(
        next,
        |raw| raw.and_then(|raw| raw()),
        |chunk| match chunk {
            Ok(mut chunk) => {
                ragged.extend(std::mem::take(&mut chunk.ragged));
                unwritten = rows.take(chunk).err();
                unwritten.is_none()
            }
            Err(found) => {
                problems.extend(found);
                false
            }
        },
    );
    problems.extend(chunks.left_out(&ragged));
    rows.table.told = chunks.told();
    rows.table.header = chunks.header();
    rows.table.undeclared_names = chunks.undeclared();
    let broken = !problems.is_empty();
    rows.filling.retain(|column| {
        let absent = chunks.absent(column.field);
        if absent && request.needed[column.index] && !broken {
            problems.push(missing_column(column.column, &rows.table.header, request.name));
        }
        !absent
    });
    if let Some(reason) = unwritten.or_else(|| rows.write().err()) {
        problems.push(request.unreadable(&reason));
        // What follows would say so again.
        rows.writer = None;
    }
    let before = problems.len();
    // Nothing that is wrong is kept.
    let good = problems.is_empty() && rows.filling.iter().all(Filling::is_right);
    let place = match (&rows.writer, prefix, place) {
        (Some(_), Some(prefix), None) if good => {
            source.hashed().ok().and_then(|sha256| Place::new(prefix, &sha256).ok())
        }
        (_, _, place) => place.filter(|_| good),
    };
    let Rows { filling, mut table, writer, .. } = rows;
    let store = |table: &Table| writer.map(|writer| writer.finish(table, place.as_ref())).transpose();
    finish(filling, &mut table, request, spelling, store, &mut problems);
    if let Some(advice) = chunks.advice_on_first_row().filter(|_| table.rows > 0) {
        let first = format!("`{}`, {}: ", request.name, table.short_unit(0));
        for problem in problems.iter_mut().skip(before).filter(|problem| problem.message.starts_with(&first)) {
            problem.help = Some(advice.clone());
        }
    }
    if problems.is_empty() { Ok(table) } else { Err(changed(problems)) }
}

/// Finds the declared columns in a file: what is to be filled, and from which places.
fn columns_of<'a>(
    chunks: &dyn Chunks,
    format: &'a FormatDef,
    request: &Request<'a>,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<Filling<'a>>, Vec<usize>) {
    let (mut filling, mut places) = (Vec::new(), Vec::new());
    for (index, column) in request.set.columns.iter().enumerate().filter(|(index, _)| request.wanted[*index]) {
        let place = match chunks.find(column.source.trim()) {
            Found::At(place) => place,
            Found::Twice(first, second) => {
                problems.push(column_twice(column, request.name, first, second));
                continue;
            }
            Found::No => {
                if request.needed[index] {
                    problems.push(missing_column(column, &chunks.header(), request.name));
                }
                continue;
            }
        };
        if !column.shape.is_empty() && !format.has_arrays() {
            let message = format!("`{}` is text, and text holds no arrays", request.name);
            problems.push(
                Diagnostic::new(&codes::WRONG_VALUE, column.span, message).here("declared as an array").help(
                    "declare one column per number (`p00 .. p63: number`) and add `-> reshape(8, 8)` after the steps",
                ),
            );
            continue;
        }
        let refusal = chunks.refusal(place).filter(|_| !column.kind.takes_groups());
        if let Some(reason) = refusal.or_else(|| other_shape(column, chunks.shape(place)?)) {
            let message = format!("`{}`: `{}` {reason}", request.name, column.source);
            let declared = format!("declared as `{}`", column.kind.name());
            problems.push(Diagnostic::new(&codes::WRONG_VALUE, column.span, message).here(declared));
            continue;
        }
        filling.push(Filling::new(index, column, place, format.missing(), chunks.spelling()));
        places.push(place);
    }
    (filling, places)
}

/// How many frames each array of tracks has, of this shape.
fn frames_of(column: &Column, shape: Vec<usize>) -> Option<usize> {
    shape.first().copied().filter(|_| matches!(column.kind, KindDef::Tracks(_)))
}

/// Why a column whose values all have one shape is none of what is declared.
fn other_shape(column: &Column, shape: Vec<usize>) -> Option<String> {
    if shape == column.shape || (column.shape.is_empty() && !column.kind.takes_shape()) {
        return None;
    }
    let shown = |shape: &[usize]| {
        let sizes = shape.iter().map(usize::to_string);
        format!("({})", std::iter::once("rows".to_string()).chain(sizes).collect::<Vec<_>>().join(", "))
    };
    Some(format!("has the shape {}, and {} is declared", shown(&shape), shown(&column.shape)))
}
