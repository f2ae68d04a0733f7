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
use crate::data::table::RowHash;
use crate::diag::Diagnostic;
use crate::diag::codes::data as codes;
use crate::source::Span;

/// A file's batches, one after the other.
pub trait Batches: Send {
    /// The next one; `None` behind the last. `columns` says what is read of it.
    fn next(&mut self, columns: &Columns) -> Result<Option<RecordBatch>, String>;
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
        self.rows += batch.num_rows();
        let columns = self.columns.clone();
        Ok(Some(Box::new(move || guarded(|| columns.chunk(&batch)).map_err(|reason| place.damaged(&reason)))))
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

    /// The columns of a batch that were asked for, and what its rows are known by.
    pub fn chunk(&self, batch: &RecordBatch) -> Result<Chunk, String> {
        let by_name = |name: &str| batch.column_by_name(name).ok_or_else(|| format!("it has lost its column `{name}`"));
        let column = |place: &usize| -> Result<ArrayRef, String> {
            let path = &self.paths[*place].1;
            column_at(by_name(&path[0])?, &path[1..])
        };
        let columns: Vec<ArrayRef> = self.asked.iter().map(column).collect::<Result<_, _>>()?;
        let rows = batch.num_rows();
        let key = self.key.as_ref().filter(|_| !self.whole);
        let keys =
            key.map(|(key, path)| Ok::<_, String>((key, column_at(by_name(&path[0])?, &path[1..])?))).transpose()?;
        let known = keys.is_some_and(|(key, keys)| (0..rows).all(|row| key.is_value_at(&keys, row)));
        let (mut content, mut undeclared) = (RowHasher::new(rows), RowHasher::new(rows));
        if self.whole {
            for (name, declared) in &self.names {
                content.add(by_name(name)?);
                if !declared {
                    undeclared.add(by_name(name)?);
                }
            }
        } else if !known {
            columns.iter().for_each(|column| content.add(column));
        }
        let content = if known { vec![RowHash::default(); rows] } else { content.finish() };
        let undeclared = undeclared.finish_short();
        let columns = columns.into_iter().map(Filled::Array).collect();
        Ok(Chunk { rows, columns, content, undeclared, ..Chunk::default() })
    }
}
