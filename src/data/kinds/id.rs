//! `id`: text that is carried along.

use std::borrow::Cow;

use arrow_array::{Array, ArrayRef};

use super::{Cells, KindHalf, Spelling, TextCells, describe_texts, hash_texts, text_at};
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::id::Id;
use crate::data::labels::LabelColumn;
use crate::data::values::Values;

impl KindHalf for Id {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        Box::<TextCells>::default()
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, _classes: &[String]) -> Values {
        let column = columns.first();
        let rows = column.map_or(0, |column| column.len());
        let texts = (0..rows).map(|row| column.and_then(|column| text_at(column, row)).unwrap_or_default().to_string());
        Values::Text(texts.collect())
    }

    fn label(&self, columns: &[&ArrayRef], _classes: &[String]) -> LabelColumn {
        LabelColumn::without_values(columns)
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        text_at(column, row).map(str::to_string)
    }

    fn text_in<'c>(&self, column: &'c ArrayRef, row: usize) -> Option<Cow<'c, str>> {
        text_at(column, row).map(Cow::Borrowed)
    }

    fn hash_rows(&self, column: &ArrayRef, first: usize, hashes: &mut [u64]) {
        hash_texts(column, first, hashes);
    }

    fn describe(&self, column: &ArrayRef, _classes: &[String]) -> String {
        describe_texts(column)
    }
}
