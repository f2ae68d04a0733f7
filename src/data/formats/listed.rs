//! A table of texts that was put together at once, of many small files or of one that has no rows: one row per picture.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};

use super::hashes::RowHasher;
use super::{CHUNK_ROWS, Chunk, Chunks, Filled, Found, Raw};
use crate::data::notes::RowNote;
use crate::data::table::Unit;
use crate::diag::Diagnostic;

/// Columns of texts by their names, all equally long.
pub struct Listed {
    names: Vec<&'static str>,
    columns: Vec<Vec<Option<String>>>,
    /// What is said of each row beside them.
    notes: Vec<RowNote>,
    /// What is to be told of it, and is no error.
    told: Vec<Diagnostic>,
    asked: Vec<usize>,
    next: usize,
    rows: usize,
}

impl Listed {
    pub fn new(columns: Vec<(&'static str, Vec<Option<String>>)>, notes: Vec<RowNote>, told: Vec<Diagnostic>) -> Self {
        let rows = columns.first().map_or(0, |(_, column)| column.len());
        let (names, columns) = columns.into_iter().unzip();
        Self { names, columns, notes, told, asked: Vec::new(), next: 0, rows }
    }
}

impl Chunks for Listed {
    fn header(&self) -> Vec<String> {
        self.names.iter().map(|name| name.to_string()).collect()
    }

    fn find(&self, source: &str) -> Found {
        self.names.iter().position(|name| *name == source).map_or(Found::No, Found::At)
    }

    fn ask(&mut self, places: &[usize]) {
        self.asked = places.to_vec();
    }

    fn next(&mut self) -> Result<Option<Raw>, Vec<Diagnostic>> {
        let rows = self.next..self.rows.min(self.next + CHUNK_ROWS);
        self.next = rows.end;
        let notes = self.notes.get(rows.clone()).unwrap_or_default().into();
        let array =
            |column: &Vec<Option<String>>| -> ArrayRef { Arc::new(StringArray::from(column[rows.clone()].to_vec())) };
        let columns: Vec<ArrayRef> = self.columns.iter().map(array).collect();
        let mut content = RowHasher::new(rows.len());
        columns.iter().for_each(|column| content.add(column));
        let chunk = Chunk {
            rows: rows.len(),
            columns: self.asked.iter().map(|place| Filled::Array(columns[*place].clone())).collect(),
            content: content.finish(),
            undeclared: vec![0; rows.len()],
            notes,
            ..Chunk::default()
        };
        Ok((chunk.rows > 0).then(|| Box::new(|| Ok(chunk)) as Raw))
    }

    fn undeclared(&self) -> Vec<String> {
        Vec::new()
    }

    fn told(&self) -> Vec<Diagnostic> {
        self.told.clone()
    }

    fn unit(&self) -> Unit {
        Unit::Entry
    }
}
