//! `text`: text, kept as it stands in the file.

use std::borrow::Cow;

use arrow_array::{Array, ArrayRef};

use super::{Cells, KindHalf, Spelling, TextCells, describe_texts, hash_texts, text_at};
use crate::answers::Texts;
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::text::Text;
use crate::data::labels::LabelColumn;
use crate::data::tokens::SEPARATOR;
use crate::data::values::Values;

impl KindHalf for Text {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        Box::<TextCells>::default()
    }

    fn keeps_spaces(&self) -> bool {
        true
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, _classes: &[String]) -> Values {
        let rows = columns.first().map_or(0, |column| column.len());
        let whole = |row: usize| {
            let mut texts = columns.iter().map(|column| text_at(column, row).unwrap_or_default());
            let mut whole = texts.next().unwrap_or_default().to_string();
            for text in texts {
                whole.push(SEPARATOR);
                whole.push_str(text);
            }
            whole
        };
        Values::Text((0..rows).map(whole).collect())
    }

    fn label(&self, columns: &[&ArrayRef], _classes: &[String]) -> LabelColumn {
        let [column] = columns else { return LabelColumn::without_values(columns) };
        let texts: Vec<Option<&str>> = (0..column.len()).map(|row| text_at(column, row)).collect();
        let present = texts.iter().map(Option::is_some).collect();
        LabelColumn::new(
            present,
            Texts::from(texts.into_iter().map(|text| text.unwrap_or_default().to_string()).collect::<Vec<_>>()),
        )
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
