//! `image`: the path of a picture, or its bytes; decoded when a batch needs it.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef};

use super::{Cells, KindHalf, Spelling};
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::image::Image;
use crate::data::labels::LabelColumn;
use crate::data::lost::lost;
use crate::data::parallel::in_order;
use crate::data::pictures::Pictures;
use crate::data::pictures::{self, PictureCells};
use crate::data::problems::count;
use crate::data::values::Values;

impl KindHalf for Image {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        Box::<PictureCells>::default()
    }

    fn read_for_each_batch(&self) -> bool {
        true
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, _classes: &[String]) -> Values {
        let one = |column: &ArrayRef, row: usize| match pictures::read(column, row, self.channels)? {
            Ok((picture, _)) => Some(Arc::new(picture)),
            // It was there and whole when the data was opened.
            Err((file, reason)) => {
                let name = file.map(|file| file.display().to_string());
                let name = name.or_else(|| pictures::shown(column, row)).unwrap_or_default();
                lost(format!("the picture `{name}` cannot be read any more: {reason}"))
            }
        };
        let column = columns.first();
        let rows = column.map_or(0, |column| column.len());
        let all = in_order(rows, &|row| column.and_then(|column| one(column, row)));
        Values::Pictures(Pictures { channels: self.channels, frames: None, size: None, all })
    }

    fn label(&self, columns: &[&ArrayRef], _classes: &[String]) -> LabelColumn {
        LabelColumn::without_values(columns)
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        pictures::shown(column, row)
    }

    fn describe(&self, column: &ArrayRef, _classes: &[String]) -> String {
        count(column.len() - column.null_count(), "picture")
    }
}
