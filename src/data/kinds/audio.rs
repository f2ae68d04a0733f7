//! `audio`: the path of a sound, or its bytes; decoded some rows at a time.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef};

use super::{Cells, KindHalf, Spelling};
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::audio::Audio;
use crate::data::labels::LabelColumn;
use crate::data::lost::lost;
use crate::data::parallel::in_order;
use crate::data::pictures::{self, PictureCells};
use crate::data::problems::count;
use crate::data::sounds::{self, Sounds};
use crate::data::values::Values;

impl KindHalf for Audio {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        Box::new(PictureCells::of_sounds())
    }

    fn decoded(&self) -> bool {
        true
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, _classes: &[String]) -> Values {
        let one = |column: &ArrayRef, row: usize| match sounds::read(column, row, self)? {
            Ok((sound, _)) => Some(Arc::new(sound)),
            // It was there and whole when the data was opened.
            Err((file, reason)) => {
                let name = file.map(|file| file.display().to_string());
                let name = name.or_else(|| pictures::shown(column, row)).unwrap_or_default();
                lost(format!("the sound `{name}` cannot be read any more: {reason}"))
            }
        };
        let column = columns.first();
        let rows = column.map_or(0, |column| column.len());
        let all = in_order(rows, &|row| column.and_then(|column| one(column, row)));
        Values::Sounds(Sounds { rate: self.rate, all })
    }

    fn label(&self, columns: &[&ArrayRef], _classes: &[String]) -> LabelColumn {
        LabelColumn::without_values(columns)
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        pictures::shown(column, row)
    }

    fn describe(&self, column: &ArrayRef, _classes: &[String]) -> String {
        count(column.len() - column.null_count(), "sound")
    }
}
