//! The columns of a data set: where each comes from, and what lies behind it.

use std::collections::{BTreeMap, BTreeSet};

use super::{ColumnRef, DataSet};
use crate::catalog::kinds::KindDef;
use crate::catalog::layout::Layout;
use crate::expression::Expression;
use crate::source::Span;

/// A declared column; a range such as `p00 .. p63` has been spelt out.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    /// The name in the file (`as "…"`, else the name).
    pub source: String,
    pub kind: KindDef,
    /// What cells stand for (`map { "Male": "male" }`): they are read as if they said so.
    pub map: BTreeMap<String, String>,
    /// Of `number[8, 8]`, as the file has it; empty for a scalar.
    pub shape: Vec<usize>,
    /// Of `number[time: 50, channels: 3]`, the names of these sizes; empty if they have none.
    pub axes: Vec<&'static str>,
    pub origin: Origin,
    pub span: Span,
}

/// Where the values of a column come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// A column of the data set's own files.
    File,
    /// Other columns of the data set.
    Made(Box<Expression>),
    /// A column of a table that is joined, by their indices.
    Joined { join: usize, column: usize },
}

/// A second table: `join customers: csv("customers.csv") on customer_id { age: number }`.
#[derive(Clone, Debug)]
pub struct Join {
    /// The table as a data set of its own, without a split.
    pub table: DataSet,
    /// The columns that name, together, a row of the second table.
    pub keys: Vec<JoinKey>,
    pub span: Span,
}

/// A column that both tables have: its place in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JoinKey {
    pub own: usize,
    pub other: usize,
}

impl Join {
    /// Whether rows are found by a column of the first table.
    pub fn is_by(&self, column: usize) -> bool {
        self.keys.iter().any(|key| key.own == column)
    }
}

impl Column {
    /// How its arrays lie for layers, if their axes have been named.
    pub fn layout(&self) -> Option<Layout> {
        let axes: Vec<(&'static str, usize)> = self.axes.iter().copied().zip(self.shape.iter().copied()).collect();
        Layout::of(&axes).ok().filter(|_| !axes.is_empty())
    }

    /// The shape of its arrays as layers have it.
    pub fn sizes(&self) -> Vec<usize> {
        self.layout().map_or_else(|| self.shape.clone(), |layout| layout.sizes())
    }

    /// The columns that it is made of; none for one that is read.
    pub fn made_of(&self) -> Vec<usize> {
        match &self.origin {
            Origin::Made(expression) => expression.columns(),
            Origin::File | Origin::Joined { .. } => Vec::new(),
        }
    }
}

impl DataSet {
    /// The column by which people know its rows: the `id`, else what the format knows them by.
    pub fn called_by(&self) -> Option<usize> {
        let of_format = || {
            let key = self.format.key()?;
            self.columns.iter().position(|column| column.source == key && matches!(column.origin, Origin::File))
        };
        self.id.or_else(of_format)
    }

    /// The first of the columns that read what this one, which is of this data set, reads from the file.
    pub fn of_file(&self, reference: ColumnRef) -> ColumnRef {
        ColumnRef { column: self.same.get(reference.column).copied().unwrap_or(reference.column), ..reference }
    }

    /// The columns that are read and of which some columns are made, however long the way; each by the first that reads it.
    pub fn behind(&self, columns: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut open: Vec<usize> = columns.into_iter().collect();
        let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
        while let Some(next) = open.pop() {
            if !seen.insert(next) {
                continue;
            }
            match self.columns.get(next).map(|column| &column.origin) {
                Some(Origin::Made(expression)) => open.extend(expression.columns()),
                _ => _ = found.insert(self.same.get(next).copied().unwrap_or(next)),
            }
        }
        found
    }

    /// Marks, with some columns, those that they are made of, and the keys by which they are found.
    pub fn with_sources(&self, mut wanted: Vec<bool>) -> Vec<bool> {
        let mut open: Vec<usize> = (0..wanted.len()).filter(|column| wanted[*column]).collect();
        while let Some(next) = open.pop() {
            let sources = match &self.columns[next].origin {
                Origin::File => Vec::new(),
                Origin::Made(expression) => expression.columns(),
                Origin::Joined { join, .. } => self.joins[*join].keys.iter().map(|key| key.own).collect(),
            };
            for source in sources {
                if !std::mem::replace(&mut wanted[source], true) {
                    open.push(source);
                }
            }
        }
        wanted
    }

    /// The columns of the files among some.
    pub fn of_files(&self, wanted: &[bool]) -> Vec<bool> {
        self.columns.iter().zip(wanted).map(|(column, wanted)| *wanted && column.origin == Origin::File).collect()
    }
}
