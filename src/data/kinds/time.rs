//! `time`: seconds since 1970, from dates, points in time and counts of seconds.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array};

use super::{Cells, KindHalf, Spelling};
use crate::answers::Numbers;
use crate::catalog::dates::{self, TimeFormat, show};
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::time::Time;
use crate::data::labels::LabelColumn;
use crate::data::values::Values;

pub use crate::catalog::dates::read as parse;

/// How many odd cells are looked at to find out how they are written.
const LOOKED_AT: usize = 1000;

struct TimeCells {
    format: Option<TimeFormat>,
    written: Option<String>,
    seconds: Vec<Option<f64>>,
    read: usize,
    odd: Vec<String>,
}

impl Cells for TimeCells {
    fn push(&mut self, cell: &str) -> Result<(), String> {
        let seconds = match &self.format {
            Some(format) => format.read(cell),
            None => parse(cell),
        };
        self.seconds.push(seconds);
        if seconds.is_some() {
            self.read += 1;
            return Ok(());
        }
        if self.odd.len() < LOOKED_AT {
            self.odd.push(cell.to_string());
        }
        Err(match &self.written {
            Some(written) => format!("not written like {written:?}"),
            None if cell.trim().parse::<f64>().is_ok_and(f64::is_finite) => {
                "no date, and not of the size of seconds since 1970".into()
            }
            None => "no date (such as `2026-11-23` or `2026-11-23T20:17:00Z`) and no number of seconds".into(),
        })
    }

    fn push_missing(&mut self) {
        self.seconds.push(None);
    }

    fn push_moment(&mut self, seconds: f64) -> Result<(), String> {
        self.seconds.push(Some(seconds));
        self.read += 1;
        Ok(())
    }

    fn advice(&self, name: &str) -> Option<String> {
        if self.read > 0 && self.format.is_none() {
            return None;
        }
        let formats = dates::formats_of(self.odd.iter().map(String::as_str));
        let write = |format: &String| format!("`{name}: time(format: {format:?})`");
        match formats.as_slice() {
            [] if self.odd.iter().all(|cell| cell.trim().parse::<f64>().is_ok()) => {
                let (seconds, days) = (write(&"seconds".to_string()), write(&"days".to_string()));
                Some(format!("if these are seconds since 1970, write {seconds}; days are {days}"))
            }
            [] => Some(format!("say how they are written, for example {}", write(&"%d.%m.%Y %H:%M".to_string()))),
            [only] => Some(format!("write {}", write(only))),
            [one, other, ..] => {
                Some(format!("`{}` may be two dates: write {} or {}", self.odd[0], write(one), write(other)))
            }
        }
    }

    fn finish(&mut self) -> ArrayRef {
        Arc::new(Float64Array::from(std::mem::take(&mut self.seconds)))
    }
}

impl KindHalf for Time {
    fn cells(&self, _spelling: Spelling, _shape: &[usize]) -> Box<dyn Cells> {
        let format = self.format.as_deref().and_then(|format| TimeFormat::parse(format).ok());
        Box::new(TimeCells { format, written: self.format.clone(), seconds: Vec::new(), read: 0, odd: Vec::new() })
    }

    fn values(&self, columns: &[&ArrayRef], _shape: &[usize], _reading: Reading, _classes: &[String]) -> Values {
        let rows = columns.first().map_or(0, |column| column.len());
        let mut values = vec![f64::NAN; rows * columns.len()];
        for (place, column) in columns.iter().enumerate() {
            let Some(seconds) = column.as_primitive_opt::<Float64Type>() else { continue };
            for row in (0..rows).filter(|row| seconds.is_valid(*row)) {
                values[row * columns.len() + place] = seconds.value(row);
            }
        }
        Values::Real { shape: if columns.len() == 1 { Vec::new() } else { vec![columns.len()] }, values }
    }

    fn label(&self, columns: &[&ArrayRef], _classes: &[String]) -> LabelColumn {
        let Values::Real { values, .. } = self.values(columns, &[], Reading::Label, &[]) else {
            return LabelColumn::without_values(columns);
        };
        let present = values.iter().map(|value| !value.is_nan()).collect();
        let values = values.into_iter().map(|value| if value.is_nan() { 0.0 } else { value }).collect();
        LabelColumn::new(present, Numbers { width: 1, values })
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        let seconds = column.as_primitive_opt::<Float64Type>()?;
        seconds.is_valid(row).then(|| seconds.value(row).to_string())
    }

    fn describe(&self, column: &ArrayRef, _classes: &[String]) -> String {
        let seconds = column.as_primitive_opt::<Float64Type>().into_iter().flatten().flatten();
        let (least, most) = seconds
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), value| (least.min(value), most.max(value)));
        if least > most { "no values".into() } else { format!("earliest {}, latest {}", show(least), show(most)) }
    }
}
