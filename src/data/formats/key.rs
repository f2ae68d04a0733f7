//! Rows that are known by a value of their own, so that what else they hold need not be hashed.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};

use super::Request;
use super::items::{Item, item};
use super::missing::Spellings;
use crate::catalog::kinds::KindDef;
use crate::pipeline::{DataSet, Origin, SplitMethod};

/// The column that rows are known by where it has a value: they are ordered by it, and kept together.
#[derive(Clone)]
pub struct Key {
    /// Among the declared columns.
    column: usize,
    missing: Spellings,
}

impl Key {
    /// That of a data set in files of a format with these spellings of a missing value; `None` if it has none whose values are simply
    /// the texts of its cells.
    pub fn of(set: &DataSet, missing: &[String]) -> Option<Self> {
        let group = match &set.split.method {
            SplitMethod::Shares { group, .. } => *group,
            _ => None,
        };
        let column = group.or(set.id)?;
        let declared = &set.columns[column];
        let texts = match &declared.kind {
            KindDef::Id(_) | KindDef::Text(_) => true,
            KindDef::Category(category) => category.cut.is_empty(),
            _ => false,
        };
        let simple = texts && declared.origin == Origin::File && declared.map.is_empty();
        simple.then(|| Self { column, missing: Spellings::of(declared, missing) })
    }

    /// What it is called in the file, if it is read.
    pub fn source<'a>(&self, request: &Request<'a>) -> Option<&'a str> {
        request.wanted[self.column].then(|| request.set.columns[self.column].source.trim())
    }

    /// Whether all rows are known by what a column of theirs holds.
    pub fn are_values(&self, column: &ArrayRef) -> bool {
        let plain = column.as_string_opt::<i32>().is_some_and(|texts| self.missing.are_values(texts));
        plain || (0..column.len()).all(|row| self.is_value_at(column, row))
    }

    /// The same of a row, of a column that may hold other things than texts.
    fn is_value_at(&self, column: &ArrayRef, row: usize) -> bool {
        match item(column, row) {
            Item::Text(text) => self.is_value(&text),
            Item::Whole(number) => self.is_value(&number.to_string()),
            _ => false,
        }
    }

    /// Whether a row with this cell is known by it.
    pub fn is_value(&self, cell: &str) -> bool {
        let cell = cell.trim_ascii();
        !cell.is_empty() && !self.missing.contains(cell)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Float64Array, Int64Array, StringArray};

    use super::*;
    use crate::catalog::kinds::id::Id;
    use crate::pipeline::Column;
    use crate::source::Span;

    #[test]
    fn what_may_be_missing_is_no_value() {
        let column = Column {
            name: "c".into(),
            source: "c".into(),
            kind: KindDef::Id(Id { missing: None }),
            map: Default::default(),
            shape: Vec::new(),
            axes: Vec::new(),
            origin: Origin::File,
            span: Span::default(),
        };
        let key = Key { column: 0, missing: Spellings::of(&column, &["NA".into(), "-1".into()]) };
        for (cell, is_value) in [("a", true), ("N", true), ("NA", false), (" NA ", false), ("", false), (" ", false)] {
            assert_eq!(key.is_value(cell), is_value, "{cell:?}");
        }
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), Some("NA"), None]));
        assert_eq!([0, 1, 2].map(|row| key.is_value_at(&texts, row)), [true, false, false]);
        let wholes: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), Some(-1), None]));
        assert_eq!([0, 1, 2].map(|row| key.is_value_at(&wholes, row)), [true, false, false]);
        let reals: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
        assert!(!key.is_value_at(&reals, 0));
    }
}
