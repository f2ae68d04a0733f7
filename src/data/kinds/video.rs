//! `video`: the path of a clip, or its bytes; decoded when a batch needs it.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef};

use super::{Cells, KindHalf, Spelling};
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::video::Video;
use crate::data::labels::LabelColumn;
use crate::data::lost::lost;
use crate::data::parallel::in_order;
use crate::data::pictures::{self, PictureCells, Pictures};
use crate::data::problems::count;
use crate::data::values::Values;

impl KindHalf for Video {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        Box::<PictureCells>::default()
    }

    fn read_for_each_batch(&self) -> bool {
        true
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, _classes: &[String]) -> Values {
        let one = |column: &ArrayRef, row: usize| match pictures::clip_of(column, row, self)? {
            Ok(clip) => Some(clip.frames),
            // It was there and whole when the data was opened.
            Err((file, reason)) => {
                let name = file.map(|file| file.display().to_string());
                let name = name.or_else(|| pictures::shown(column, row)).unwrap_or_default();
                lost(format!("the clip `{name}` cannot be read any more: {reason}"))
            }
        };
        let column = columns.first();
        let rows = column.map_or(0, |column| column.len());
        let clips = in_order(rows, &|row| column.and_then(|column| one(column, row)));
        let all = clips.into_iter().flat_map(|clip| match clip {
            // Of a clip that is shorter than others the places behind it stay empty.
            Some(frames) => {
                let mut frames: Vec<_> = frames.into_iter().map(|frame| Some(Arc::new(frame))).collect();
                frames.resize(self.frames, None);
                frames
            }
            None => vec![None; self.frames],
        });
        Values::Pictures(Pictures {
            channels: self.channels,
            frames: Some(self.frames),
            size: None,
            all: all.collect(),
        })
    }

    fn label(&self, columns: &[&ArrayRef], _classes: &[String]) -> LabelColumn {
        LabelColumn::without_values(columns)
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        pictures::shown(column, row)
    }

    fn describe(&self, column: &ArrayRef, _classes: &[String]) -> String {
        count(column.len() - column.null_count(), "clip")
    }
}
