//! `number`: one double per row, or an array of a fixed shape.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef, FixedSizeListArray, Float64Array};
use arrow_buffer::{NullBuffer, NullBufferBuilder};

use super::arrays::ArrayCells;
use super::{Cells, KindHalf, Spelling};
use crate::answers::Numbers;
use crate::catalog::kinds::Reading;
use crate::catalog::kinds::number::Number;
use crate::catalog::show_measured;
use crate::data::formats::{Part, Parts, mixed};
use crate::data::labels::LabelColumn;
use crate::data::looks::Look;
use crate::data::notation::{Mark, Tally, are_thousands};
use crate::data::plain::Plain;
use crate::data::problems::count;
use crate::data::values::Values;

/// So many rows are put together at a time.
const BLOCK: usize = 256;

struct NumberCells {
    spelling: Spelling,
    unit: String,
    /// What has been taken as it was; `values` stand behind it.
    parts: Parts,
    values: Vec<f64>,
    valid: NullBufferBuilder,
    look: Look,
}

/// A number as people write it; the reason if it is none.
pub fn parse(cell: &str, decimal: char) -> Result<f64, String> {
    read(cell, Spelling { decimal, thousands: None })
}

/// A number in a notation; the reason if it is none.
pub fn read(cell: &str, spelling: Spelling) -> Result<f64, String> {
    let Spelling { decimal, thousands } = spelling;
    // The usual case first.
    if decimal == '.'
        && let Ok(value) = cell.parse::<f64>()
    {
        return finite(value);
    }
    let (sign, body) = match cell.strip_prefix(['-', '+', '\u{2212}']) {
        Some(rest) => (if cell.starts_with('+') { "" } else { "-" }, rest),
        None => ("", cell),
    };
    let (mut whole, fraction) = match body.split_once(decimal) {
        Some((whole, fraction)) => (whole.to_string(), Some(fraction)),
        None => (body.to_string(), None),
    };
    let separates = |letter: char| thousands.is_some() && Mark::of(letter) == thousands;
    if let Some(mark) = thousands.filter(|_| whole.contains(separates)) {
        if !are_thousands(whole.split(separates)) {
            return Err(format!("no number (`{}` groups thousands, three digits each)", mark.text()));
        }
        whole.retain(|letter| !separates(letter));
    }
    if decimal != '.' && (whole.contains('.') || fraction.is_some_and(|fraction| fraction.contains('.'))) {
        return Err(format!("no number (the decimal mark is `{decimal}`)"));
    }
    if whole.starts_with(['-', '+']) {
        return Err("no number".into());
    }
    let point = if fraction.is_some() { "." } else { "" };
    match format!("{sign}{whole}{point}{}", fraction.unwrap_or_default()).parse::<f64>() {
        Ok(value) => finite(value),
        Err(_) => Err("no number".into()),
    }
}

fn finite(value: f64) -> Result<f64, String> {
    if value.is_nan() {
        return Err("not a number; add it to `missing` of the format if it means no value".into());
    }
    if value.is_infinite() { Err("infinite".into()) } else { Ok(value) }
}

/// A number without its unit, which may stand on either side and after the sign.
pub fn without_unit(cell: &str, unit: &str) -> Option<String> {
    let (sign, rest) = match cell.strip_prefix(['-', '+', '\u{2212}']) {
        Some(rest) => (&cell[..cell.len() - rest.len()], rest.trim_start()),
        None => ("", cell),
    };
    let number = rest.strip_prefix(unit).or_else(|| rest.strip_suffix(unit))?.trim();
    (sign.is_empty() || !number.starts_with(['-', '+'])).then(|| format!("{sign}{number}"))
}

impl NumberCells {
    fn value(&self, cell: &str) -> Result<f64, String> {
        let cell = cell.trim();
        if self.unit.is_empty() {
            return read(cell, self.spelling);
        }
        let number = without_unit(cell, &self.unit).ok_or_else(|| format!("without its unit `{}`", self.unit))?;
        read(&number, self.spelling)
    }
}

impl Cells for NumberCells {
    fn push(&mut self, cell: &str) -> Result<(), String> {
        if self.takes_plain()
            && let Some(plain) = Plain::of(cell)
            && let Some(value) = plain.value()
        {
            self.look.add_plain(&plain, cell);
            self.values.push(value);
            self.valid.append_non_null();
            return Ok(());
        }
        let value = self.value(cell);
        let number = if self.unit.is_empty() { None } else { without_unit(cell.trim(), &self.unit) };
        self.look.add(number.as_deref().unwrap_or(cell));
        match value {
            Ok(value) => {
                self.values.push(value);
                self.valid.append_non_null();
                Ok(())
            }
            Err(reason) => {
                self.push_missing();
                Err(reason)
            }
        }
    }

    fn push_missing(&mut self) {
        self.values.push(0.0);
        self.valid.append_null();
    }

    fn takes_plain(&self) -> bool {
        self.unit.is_empty() && self.spelling.decimal == '.'
    }

    fn push_plain(&mut self, numbers: &[f64]) {
        self.values.extend_from_slice(numbers);
        self.valid.append_n_non_nulls(numbers.len());
    }

    fn add_tally(&mut self, tally: &Tally) {
        self.look.add_tally(tally);
    }

    /// A number with a unit is text, so that one without is seen.
    fn takes_numbers(&self) -> bool {
        self.unit.is_empty()
    }

    fn push_number(&mut self, number: f64) -> Result<(), String> {
        match finite(number) {
            Ok(number) => {
                self.values.push(number);
                self.valid.append_non_null();
                Ok(())
            }
            Err(reason) => {
                self.push_missing();
                Err(reason)
            }
        }
    }

    fn push_numbers(&mut self, numbers: &[f64], present: Option<&NullBuffer>) -> Option<usize> {
        let present = present.filter(|present| present.null_count() > 0);
        if present.is_none() && numbers.iter().all(|number| number.is_finite()) {
            self.values.extend_from_slice(numbers);
            self.valid.append_n_non_nulls(numbers.len());
            return Some(0);
        }
        let there = |row: usize| !numbers[row].is_nan() && present.is_none_or(|present| present.is_valid(row));
        if (0..numbers.len()).any(|row| there(row) && numbers[row].is_infinite()) {
            return None;
        }
        let mut gone = 0;
        for (row, number) in numbers.iter().enumerate() {
            self.values.push(if there(row) { *number } else { 0.0 });
            self.valid.append(there(row));
            gone += usize::from(!there(row));
        }
        Some(gone)
    }

    fn push_part(&mut self, part: &Part) -> bool {
        let takes = self.takes_numbers() && self.values.is_empty() && part.is_of_numbers();
        if takes {
            self.parts.push(part.clone());
        }
        takes
    }

    fn look(&self) -> Option<&Look> {
        Some(&self.look)
    }

    fn finish(&mut self) -> ArrayRef {
        if let Some(parts) = self.parts.numbers() {
            if self.values.is_empty() {
                return Arc::new(parts);
            }
            let mut valid = NullBufferBuilder::new(0);
            valid.append_n_non_nulls(parts.len());
            match self.valid.finish() {
                Some(behind) => valid.append_buffer(&behind),
                None => valid.append_n_non_nulls(self.values.len()),
            }
            self.valid = valid;
            self.values.splice(0..0, parts.values().iter().copied());
        }
        Arc::new(Float64Array::new(std::mem::take(&mut self.values).into(), self.valid.finish()))
    }
}

/// Of how many rows of arrays some numbers are missing, and not all.
fn rows_with_gaps(column: &ArrayRef) -> usize {
    let Some(list) = column.as_fixed_size_list_opt() else { return 0 };
    let Some(items) = list.values().as_primitive_opt::<Float32Type>() else { return 0 };
    let gaps = |row: &&[f32]| row.iter().any(|one| one.is_nan()) && !row.iter().all(|one| one.is_nan());
    items.values().chunks((list.value_length() as usize).max(1)).filter(gaps).count()
}

impl KindHalf for Number {
    fn cells(&self, spelling: Spelling, shape: &[usize]) -> Box<dyn Cells> {
        if !shape.is_empty() {
            return Box::new(ArrayCells::new(shape));
        }
        Box::new(NumberCells {
            spelling,
            unit: self.unit.clone(),
            parts: Parts::default(),
            values: Vec::new(),
            valid: NullBufferBuilder::new(0),
            look: Look::default(),
        })
    }

    /// An array has none if all of its numbers are missing.
    fn lacks(&self, column: &ArrayRef, row: usize) -> bool {
        let numbers = |list: &FixedSizeListArray| {
            let values = list.value(row);
            values.as_primitive_opt::<Float32Type>().is_some_and(|values| values.iter().flatten().all(f32::is_nan))
        };
        let alone = || column.as_primitive_opt::<Float64Type>().is_some_and(|column| column.value(row).is_nan());
        column.is_null(row) || column.as_fixed_size_list_opt().map_or_else(alone, numbers)
    }

    fn values(&self, columns: &[&ArrayRef], shape: &[usize], _reading: Reading, _classes: &[String]) -> Values {
        if let [column] = columns
            && let Some(list) = column.as_fixed_size_list_opt()
            && let Some(items) = list.values().as_primitive_opt::<Float32Type>()
        {
            return Values::Real {
                shape: shape.to_vec(),
                values: items.values().iter().map(|value| f64::from(*value)).collect(),
            };
        }
        let rows = columns.first().map_or(0, |column| column.len());
        let mut values = vec![f64::NAN; rows * columns.len()];
        let width = columns.len();
        let numbers: Vec<_> = columns.iter().map(|column| column.as_primitive_opt::<Float64Type>()).collect();
        // Some rows at a time, so that what is written stays in the processor's cache.
        for (block, values) in values.chunks_mut((BLOCK * width).max(1)).enumerate() {
            let first = block * BLOCK;
            for (place, numbers) in numbers.iter().enumerate() {
                let Some(numbers) = numbers else { continue };
                let of_column = values[place..].iter_mut().step_by(width);
                if numbers.null_count() == 0 {
                    of_column.zip(&numbers.values()[first..]).for_each(|(value, number)| *value = *number);
                } else {
                    let valid = |(row, _): &(usize, _)| numbers.is_valid(first + row);
                    of_column.enumerate().filter(valid).for_each(|(row, value)| *value = numbers.value(first + row));
                }
            }
        }
        Values::Real { shape: vec![width], values }
    }

    fn label(&self, columns: &[&ArrayRef], _classes: &[String]) -> LabelColumn {
        let shape: Vec<usize> = match columns {
            [column] => column.as_fixed_size_list_opt().map_or(vec![1], |list| vec![list.value_length() as usize]),
            several => vec![several.len()],
        };
        let width = shape[0];
        let Values::Real { mut values, .. } = self.values(columns, &shape, Reading::Label, &[]) else {
            return LabelColumn::without_values(columns);
        };
        // An array is one thing, of which some numbers may be missing; numbers of several columns are there together, or not at all.
        let array = columns.first().is_some_and(|column| column.as_fixed_size_list_opt().is_some());
        let (mut present, mut gaps) = (Vec::new(), false);
        for row in values.chunks_mut(width.max(1)) {
            let missing = row.iter().filter(|value| value.is_nan()).count();
            let there = missing == 0 || array && missing < row.len();
            gaps |= there && missing > 0;
            if !there {
                row.fill(0.0);
            }
            present.push(there);
        }
        LabelColumn::new(present, Numbers { width, values }).with_gaps(gaps)
    }

    fn text(&self, column: &ArrayRef, row: usize) -> Option<String> {
        let numbers = column.as_primitive_opt::<Float64Type>()?;
        numbers.is_valid(row).then(|| numbers.value(row).to_string())
    }

    fn hash_rows(&self, column: &ArrayRef, first: usize, hashes: &mut [u64]) {
        if let Some(list) = column.as_fixed_size_list_opt() {
            let width = list.value_length() as usize;
            let Some(items) = list.values().as_primitive_opt::<Float32Type>() else { return };
            let rows = items.values()[first * width..].chunks(width.max(1));
            for (hash, row) in hashes.iter_mut().zip(rows) {
                *hash = row.iter().fold(*hash, |hash, item| mixed(hash, u64::from(item.to_bits())));
            }
        } else if let Some(numbers) = column.as_primitive_opt::<Float64Type>() {
            for (row, hash) in hashes.iter_mut().enumerate() {
                let number = if numbers.is_valid(first + row) { numbers.value(first + row) + 0.0 } else { f64::NAN };
                *hash = mixed(*hash, number.to_bits());
            }
        }
    }

    fn describe(&self, column: &ArrayRef, _classes: &[String]) -> String {
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut take = |value: f64| {
            least = least.min(value);
            most = most.max(value);
        };
        if let Some(list) = column.as_fixed_size_list_opt() {
            let items = list.values().as_primitive_opt::<Float32Type>();
            items.into_iter().flatten().flatten().for_each(|value| take(f64::from(value)));
        } else {
            column.as_primitive_opt::<Float64Type>().into_iter().flatten().flatten().for_each(take);
        }
        let range = if least > most {
            "no values".into()
        } else {
            format!("{} to {}", show_measured(least), show_measured(most))
        };
        match rows_with_gaps(column) {
            0 => range,
            rows => format!("{range}; in {} some numbers are missing", count(rows, "row")),
        }
    }
}
