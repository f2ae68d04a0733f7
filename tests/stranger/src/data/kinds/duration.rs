//! `duration`: seconds, from `1:30`, `0:01:30` or `90`.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array};

use super::{Cells, KindHalf, Spelling};
use crate::answers::Numbers;
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::duration::Duration;
use crate::data::labels::LabelColumn;
use crate::data::values::Values;

#[derive(Default)]
struct DurationCells(Vec<Option<f64>>);

/// The seconds of a duration as people write it.
fn seconds(cell: &str) -> Option<f64> {
    cell.trim().split(':').try_fold(0.0, |whole, part| {
        let part: f64 = part.parse().ok().filter(|part: &f64| part.is_finite() && *part >= 0.0)?;
        Some(60.0 * whole + part)
    })
}

impl Cells for DurationCells {
    fn push(&mut self, cell: &str) -> Result<(), String> {
        self.0.push(seconds(cell));
        self.0.last().copied().flatten().map(|_| ()).ok_or_else(|| "no duration, such as `1:30`".into())
    }

    fn push_missing(&mut self) {
        self.0.push(None);
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(Float64Array::from(std::mem::take(&mut self.0)))
    }
}

fn of_row(column: &ArrayRef, row: usize) -> Option<f64> {
    let seconds = column.as_primitive_opt::<Float64Type>()?;
    seconds.is_valid(row).then(|| seconds.value(row))
}

impl KindHalf for Duration {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        Box::<DurationCells>::default()
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, _classes: &[String]) -> Values {
        let rows = columns.first().map_or(0, |column| column.len());
        let of = |row: usize| columns.iter().map(move |column| of_row(column, row).unwrap_or(f64::NAN));
        Values::Real { shape: vec![columns.len()], values: (0..rows).flat_map(of).collect() }
    }

    fn label(&self, columns: &[&ArrayRef], _classes: &[String]) -> LabelColumn {
        let [column] = columns else { return LabelColumn::without_values(columns) };
        let seconds: Vec<Option<f64>> = (0..column.len()).map(|row| of_row(column, row)).collect();
        let present = seconds.iter().map(Option::is_some).collect();
        LabelColumn::new(
            present,
            Numbers { width: 1, values: seconds.into_iter().map(Option::unwrap_or_default).collect() },
        )
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        of_row(column, row).map(|seconds| seconds.to_string())
    }

    fn describe(&self, column: &ArrayRef, _classes: &[String]) -> String {
        let longest = (0..column.len()).filter_map(|row| of_row(column, row)).fold(0.0, f64::max);
        format!("up to {longest} s")
    }
}
