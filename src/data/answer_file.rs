//! A file of predictions, whoever wrote it: a table of any format, whose columns are asked for by name.

use std::collections::HashMap;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef};

use super::formats::{self, Request};
use super::kinds;
use super::source::Source;
use super::store;
use super::table::Table;
use crate::answers::FileColumn;
use crate::catalog::formats::FormatDef;
use crate::catalog::kinds::KindDef;
use crate::catalog::kinds::number::Number;
use crate::catalog::kinds::text::Text;
use crate::diag::Diagnostic;
use crate::pipeline::{Column, DataSet, Origin, Split, SplitMethod};
use crate::source::Span;

/// What a column is read as.
#[derive(Clone, Debug)]
pub enum AnswerKind {
    /// As it stands, and no spelling means that it is missing: a class may be called `NA`.
    Text,
    Number,
    /// As the column of a label, for answers that are files of their own.
    Like(Box<KindDef>),
}

/// A file that has been read: of the columns that were asked for, those that it has.
#[derive(Debug)]
pub struct AnswerFile {
    pub name: String,
    table: Table,
    set: DataSet,
    /// The places of the columns by their names.
    places: HashMap<String, usize>,
}

impl AnswerFile {
    /// Reads the columns of these names as far as they are there.
    ///
    /// # Errors
    /// Everything that is wrong with the file and its cells.
    pub fn read(path: &Path, format: &FormatDef, wanted: &[(String, AnswerKind)]) -> Result<Self, Vec<Diagnostic>> {
        let column = |(name, kind): &(String, AnswerKind)| Column {
            name: name.clone(),
            source: name.clone(),
            kind: match kind {
                AnswerKind::Text => KindDef::Text(Text { missing: Some(Vec::new()) }),
                AnswerKind::Number => KindDef::Number(Number { unit: String::new(), missing: None }),
                AnswerKind::Like(kind) => kind.as_ref().clone(),
            },
            map: Default::default(),
            shape: Vec::new(),
            axes: Vec::new(),
            origin: Origin::File,
            span: Span::default(),
        };
        let columns: Vec<Column> = wanted.iter().map(column).collect();
        let set = DataSet {
            name: "predictions".into(),
            doc: String::new(),
            format: format.clone(),
            path_span: Span::default(),
            split: Split { method: SplitMethod::Files { valid: None, test: None }, seed: 0, span: Span::default() },
            same: (0..columns.len()).collect(),
            columns,
            joins: Vec::new(),
            id: None,
            span: Span::default(),
        };
        let name = path.to_string_lossy();
        let request = Request {
            set: &set,
            name: &name,
            base: path.parent().unwrap_or(Path::new("")),
            needed: &vec![false; wanted.len()],
            wanted: &vec![true; wanted.len()],
            whole: false,
            key: None,
            hashed: false,
            closed: false,
            memory: store::memory(),
            read: &|_, _| None,
        };
        let source = Source::open(path).map_err(|reason| {
            let reason = if path.exists() { reason } else { "there is no such file".into() };
            vec![request.unreadable(&reason)]
        })?;
        let table = formats::read(format, source, &request)?;
        let places = set.columns.iter().enumerate().map(|(place, column)| (column.name.clone(), place)).collect();
        Ok(Self { name: name.into_owned(), table, set, places })
    }

    pub fn rows(&self) -> usize {
        self.table.rows
    }

    /// The names of its columns, those that nobody asked for too.
    pub fn header(&self) -> &[String] {
        &self.table.header
    }

    /// Whether it has a column that was asked for.
    pub fn has(&self, name: &str) -> bool {
        self.array(name).is_some()
    }

    /// Where a row stands, for messages: "`p.csv`, line 7".
    pub fn place(&self, row: usize) -> String {
        self.table.place(row)
    }

    /// The same, where the file is clear: "line 7".
    pub fn short_place(&self, row: usize) -> String {
        self.table.short_place(row)
    }

    /// The text in a cell; nothing if it is empty or its column is not there.
    pub fn text(&self, name: &str, row: usize) -> Option<String> {
        let (place, array) = self.array(name)?;
        kinds::half(&self.set.columns[place].kind).text(array, row)
    }

    /// The number in a cell; nothing if it is empty or its column is not there.
    pub fn number(&self, name: &str, row: usize) -> Option<f64> {
        let (_, array) = self.array(name)?;
        array
            .as_primitive_opt::<Float64Type>()
            .filter(|numbers| numbers.is_valid(row))
            .map(|numbers| numbers.value(row))
    }

    /// A column in some rows; `None` if it is not there. Of answers that are files of their own no row may be empty: else it is its
    /// place among the rows.
    ///
    /// # Errors
    /// The place of a row without a file.
    pub fn column(&self, name: &str, rows: &[usize]) -> Result<Option<FileColumn>, usize> {
        let Some((place, array)) = self.array(name) else { return Ok(None) };
        let kind = &self.set.columns[place].kind;
        Ok(Some(match kind {
            KindDef::Text(_) => FileColumn::Texts(rows.iter().map(|row| self.text(name, *row)).collect()),
            KindDef::Number(_) => FileColumn::Numbers(rows.iter().map(|row| self.number(name, *row)).collect()),
            kind => {
                if let Some(empty) = rows.iter().position(|row| array.is_null(*row)) {
                    return Err(empty);
                }
                let label = kinds::half(kind).label(&[array], kind.declared_classes().unwrap_or_default());
                FileColumn::Answers(label.values.gather(rows))
            }
        }))
    }

    fn array(&self, name: &str) -> Option<(usize, &ArrayRef)> {
        let place = *self.places.get(name)?;
        Some((place, self.table.column(place)?))
    }
}
