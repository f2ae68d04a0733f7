//! The columns of an input, from which the values of any rows are read, before any step.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{ArrayRef, Float64Array};

use super::flags::Flags;
use super::given::Given;
use super::kinds;
use super::values::Values;
use crate::catalog::kinds::{KindDef, Reading};

/// What an input reads. It keeps the columns alive, so that rows can be read for each batch.
#[derive(Clone, Debug)]
pub(super) struct RowReader {
    pub kind: KindDef,
    /// That of a `number[8, 8]`.
    pub shape: Vec<usize>,
    /// The data sets that it stacks.
    pub sets: Vec<StackedSet>,
}

#[derive(Clone, Debug)]
pub(super) struct StackedSet {
    /// Its place among the data sets of the pipeline.
    pub data: usize,
    /// How many rows have the input. They are numbered anew where others lack it.
    pub rows: usize,
    pub given: Given,
    pub columns: Vec<ClassedColumn>,
}

#[derive(Clone, Debug)]
pub(super) struct ClassedColumn {
    pub array: ArrayRef,
    /// If the kind has classes: what they are, and those that no training row has.
    pub classes: Vec<String>,
    pub unseen: Vec<String>,
}

impl RowReader {
    /// Rows that follow one another, of one of the data sets by its place among the stacked ones.
    pub fn range(&self, set: usize, rows: Range<usize>) -> Option<Values> {
        let StackedSet { columns, given, .. } = self.sets.get(set)?;
        if given.may_lack() {
            return self.rows(set, &rows.collect::<Vec<_>>());
        }
        self.values(columns, columns.iter().map(|column| column.array.slice(rows.start, rows.len())).collect())
    }

    /// The columns, if they are numbers of one data set and every row has the input.
    pub fn numbers(&self) -> Option<Vec<Float64Array>> {
        match self.sets.as_slice() {
            [set] if !set.given.may_lack() => {
                numbers(&self.kind, &self.shape, set.columns.iter().map(|column| &column.array))
            }
            _ => None,
        }
    }

    /// Any rows of one of the data sets.
    pub fn rows(&self, set: usize, rows: &[usize]) -> Option<Values> {
        let StackedSet { columns, given, .. } = self.sets.get(set)?;
        let order: Vec<u64> = rows.iter().map(|row| given.row(*row) as u64).collect();
        let taken: Result<Vec<ArrayRef>, String> =
            columns.iter().map(|column| kinds::rearranged(&column.array, &order)).collect();
        self.values(columns, taken.ok()?)
    }

    fn values(&self, columns: &[ClassedColumn], arrays: Vec<ArrayRef>) -> Option<Values> {
        let half = kinds::half(&self.kind);
        if !half.has_classes() {
            let arrays: Vec<&ArrayRef> = arrays.iter().collect();
            return Some(half.values(&arrays, &self.shape, Reading::Input, &[]));
        }
        let mut read = arrays.iter().zip(columns).map(|(array, column)| {
            let mut values = half.values(&[array], &[], Reading::Input, &column.classes);
            values.forget(&column.unseen);
            values
        });
        if columns.len() > 1 { Values::beside(read.collect()) } else { read.next() }
    }
}

/// Columns of one number for each row.
fn numbers<'a>(
    kind: &KindDef,
    shape: &[usize],
    arrays: impl Iterator<Item = &'a ArrayRef>,
) -> Option<Vec<Float64Array>> {
    let alone = matches!(kind, KindDef::Number(_)) && shape.is_empty();
    let mut columns = arrays.map(|array| array.as_primitive_opt::<Float64Type>().cloned());
    alone.then(|| columns.by_ref().collect())?
}

/// The columns of a label, from which its values are read before any step.
#[derive(Clone, Debug)]
pub(super) struct LabelReader {
    pub kind: KindDef,
    pub shape: Vec<usize>,
    pub arrays: Vec<ArrayRef>,
    pub classes: Vec<String>,
    /// If they are several yes-or-no columns.
    pub flags: Option<Flags>,
    /// Which rows the task is about, unless it is about all; of the others no step shall judge.
    pub space: Option<Vec<bool>>,
}

impl LabelReader {
    /// The columns, if their numbers are the label in every row.
    pub fn numbers(&self) -> Option<Vec<Float64Array>> {
        let as_they_are = self.flags.is_none() && self.space.is_none();
        as_they_are.then(|| numbers(&self.kind, &self.shape, self.arrays.iter()))?
    }

    /// Rows that follow one another.
    pub fn range(&self, rows: Range<usize>) -> Values {
        let arrays: Vec<ArrayRef> = self.arrays.iter().map(|array| array.slice(rows.start, rows.len())).collect();
        let arrays: Vec<&ArrayRef> = arrays.iter().collect();
        let mut values = match &self.flags {
            Some(flags) => flags.read(&arrays).1,
            None => kinds::half(&self.kind).values(&arrays, &self.shape, Reading::Label, &self.classes),
        };
        if let Some(space) = &self.space {
            values.keep(&space[rows]);
        }
        values
    }
}
