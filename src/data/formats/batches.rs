//! What the formats of Arrow batches share: the opened file, its columns by name and path, and the hashes of its rows.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Fields};

use super::guarded::guarded;
use super::hashes::RowHasher;
use super::items::{fixed_shape, refusal};
use super::paths::{column_at, find, type_at};
use super::{Chunk, Chunks, Filled, Found, Key, Raw, Request};
use crate::data::problems::shown_long;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::source::Span;

/// A file's batches, one after the other.
pub trait Batches: Send {
    /// The next one; `None` behind the last. `columns` says what is read of it.
    fn next(&mut self, columns: &Columns) -> Result<Option<Packed>, String>;
}

/// Rows that any thread may unpack.
pub struct Packed {
    pub rows: usize,
    pub unpack: Box<dyn FnOnce() -> Result<Unpacked, String> + Send>,
}

/// Batches side by side, each with some of the columns and with the row of it that is the first of these.
pub struct Unpacked {
    pub rows: usize,
    pub batches: Vec<(RecordBatch, usize)>,
}

impl Unpacked {
    /// A column by its name, and the row of it that is the first of these.
    fn column(&self, name: &str) -> Result<(&ArrayRef, usize), String> {
        let found = self.batches.iter().find_map(|(batch, first)| Some((batch.column_by_name(name)?, *first)));
        found.ok_or_else(|| format!("it has lost its column `{name}`"))
    }

    /// The rows of a column, by its name.
    fn rows_of(&self, name: &str) -> Result<ArrayRef, String> {
        self.column(name).map(|(column, first)| column.slice(first, self.rows))
    }
}

/// An opened file of batches.
pub struct Opened<B> {
    batches: B,
    columns: Arc<Columns>,
    rows: usize,
    name: String,
    span: Span,
}

impl<B: Batches> Opened<B> {
    pub fn new(batches: B, fields: &Fields, request: &Request<'_>) -> Self {
        let (name, span) = (request.name.to_string(), request.set.path_span);
        Self { batches, columns: Columns::new(fields, request).into(), rows: 0, name, span }
    }
}

impl<B> Opened<B> {
    fn place(&self) -> At {
        At { name: self.name.clone(), span: self.span, row: self.rows + 1 }
    }
}

/// Where a batch begins.
struct At {
    name: String,
    span: Span,
    row: usize,
}

impl At {
    fn damaged(&self, reason: &str) -> Vec<Diagnostic> {
        let (name, row, reason) = (&self.name, self.row, shown_long(reason));
        let message = format!("cannot read `{name}`: it is damaged or cut short in or behind row {row} ({reason})");
        vec![Diagnostic::new(&codes::UNREADABLE_DATA, self.span, message).here("this file")]
    }
}

impl<B: Batches> Chunks for Opened<B> {
    fn header(&self) -> Vec<String> {
        self.columns.header.clone()
    }

    fn columns(&self) -> Vec<String> {
        self.columns.leaves()
    }

    fn find(&self, source: &str) -> Found {
        self.columns.find(source)
    }

    fn refusal(&self, place: usize) -> Option<String> {
        self.columns.refusal(place)
    }

    fn shape(&self, place: usize) -> Option<Vec<usize>> {
        self.columns.shape(place)
    }

    fn ask(&mut self, places: &[usize]) {
        Arc::make_mut(&mut self.columns).ask(places);
    }

    fn next(&mut self) -> Result<Option<Raw>, Vec<Diagnostic>> {
        let place = self.place();
        let batch = match guarded(|| self.batches.next(&self.columns)) {
            Ok(Some(batch)) => batch,
            Ok(None) => return Ok(None),
            Err(reason) => return Err(place.damaged(&reason)),
        };
        self.rows += batch.rows;
        let columns = self.columns.clone();
        let chunk = move || columns.chunk(&(batch.unpack)()?);
        Ok(Some(Box::new(move || guarded(chunk).map_err(|reason| place.damaged(&reason)))))
    }

    fn undeclared(&self) -> Vec<String> {
        self.columns.undeclared()
    }
}

/// The columns of a file of batches.
#[derive(Clone)]
pub struct Columns {
    fields: Fields,
    pub header: Vec<String>,
    /// What [`find`](Columns::find) has found, each with its path.
    paths: Vec<(String, Vec<String>)>,
    asked: Vec<usize>,
    whole: bool,
    /// The path that rows are known by.
    key: Option<(Key, Vec<String>)>,
    /// The names of all columns of the first level, sorted, and whether somebody declares them.
    names: Vec<(String, bool)>,
}

impl Columns {
    pub fn new(fields: &Fields, request: &Request<'_>) -> Self {
        let header: Vec<String> = fields.iter().map(|field| field.name().trim().to_string()).collect();
        let found = request.sources().filter_map(|source| Some((source.to_string(), find(fields, source).ok()?)));
        let mut paths: Vec<(String, Vec<String>)> = Vec::new();
        for (source, path) in found {
            if !paths.iter().any(|(known, _)| *known == source) {
                paths.push((source, path));
            }
        }
        let mut names: Vec<(String, bool)> =
            fields.iter().map(|field| (field.name().clone(), request.declares(field.name().trim()))).collect();
        names.sort();
        names.dedup();
        let key = request.key.and_then(|key| Some((key.clone(), find(fields, key.source(request)?).ok()?)));
        Self { fields: fields.clone(), header, paths, asked: Vec::new(), whole: request.whole, key, names }
    }

    /// The names of all columns, those inside groups by their paths.
    pub fn leaves(&self) -> Vec<String> {
        fn add(fields: &Fields, before: &str, leaves: &mut Vec<String>) {
            for field in fields {
                let name = format!("{before}{}", field.name().trim());
                match field.data_type() {
                    DataType::Struct(members) => add(members, &format!("{name}."), leaves),
                    _ => leaves.push(name),
                }
            }
        }
        let mut leaves = Vec::new();
        add(&self.fields, "", &mut leaves);
        leaves
    }

    pub fn find(&self, source: &str) -> Found {
        match self.paths.iter().position(|(known, _)| known == source) {
            Some(place) => Found::At(place),
            None => find(&self.fields, source).err().unwrap_or(Found::No),
        }
    }

    pub fn refusal(&self, place: usize) -> Option<String> {
        let (source, path) = &self.paths[place];
        refusal(&self.data_type(path)?).map(|reason| reason.replace("PATH", source))
    }

    pub fn shape(&self, place: usize) -> Option<Vec<usize>> {
        fixed_shape(&self.data_type(&self.paths[place].1)?)
    }

    fn data_type(&self, path: &[String]) -> Option<DataType> {
        type_at(&self.fields, path)
    }

    pub fn ask(&mut self, places: &[usize]) {
        self.asked = places.to_vec();
    }

    /// The paths that must be read; `None` if all columns are.
    pub fn needed(&self) -> Option<Vec<&[String]>> {
        (!self.whole).then(|| self.asked.iter().map(|place| self.paths[*place].1.as_slice()).collect())
    }

    pub fn undeclared(&self) -> Vec<String> {
        let undeclared = self.names.iter().filter(|(_, declared)| self.whole && !declared);
        undeclared.map(|(name, _)| name.clone()).collect()
    }

    /// The columns that were asked for, and what the rows are known by.
    pub fn chunk(&self, unpacked: &Unpacked) -> Result<Chunk, String> {
        let rows = unpacked.rows;
        let column = |place: &usize| -> Result<(ArrayRef, usize), String> {
            let path = &self.paths[*place].1;
            let (column, first) = unpacked.column(&path[0])?;
            Ok((column_at(column, &path[1..])?, first))
        };
        let columns: Vec<(ArrayRef, usize)> = self.asked.iter().map(column).collect::<Result<_, _>>()?;
        let key = self.key.as_ref().filter(|_| !self.whole);
        let keys = |(key, path): &(Key, Vec<String>)| -> Result<bool, String> {
            Ok(key.are_values(&column_at(&unpacked.rows_of(&path[0])?, &path[1..])?))
        };
        let known = key.map(keys).transpose()?.unwrap_or(false);
        let (mut content, mut undeclared) = (Vec::new(), Vec::new());
        if self.whole {
            let (mut all, mut others) = (RowHasher::new(rows), RowHasher::new(rows));
            for (name, declared) in &self.names {
                let column = unpacked.rows_of(name)?;
                all.add(&column);
                if !declared {
                    others.add(&column);
                }
            }
            (content, undeclared) = (all.finish(), others.finish_short());
        } else if !known {
            let mut all = RowHasher::new(rows);
            columns.iter().for_each(|(column, first)| all.add(&column.slice(*first, rows)));
            content = all.finish();
        }
        let columns =
            columns.into_iter().map(|(column, first)| Filled::rows_of(&column, first..first + rows)).collect();
        Ok(Chunk { rows, columns, content, undeclared, ..Chunk::default() })
    }
}
