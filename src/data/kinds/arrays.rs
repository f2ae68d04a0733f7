//! `number[8, 8]`: an array of one shape in every row, from lists of lists however deep.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, UInt8Type};
use arrow_array::{Array, ArrayRef, FixedSizeListArray, Float32Array};
use arrow_schema::{DataType, Field};

use super::Cells;
use crate::catalog::layout::Layout;
use crate::data::formats::items::{Item, item};

pub struct ArrayCells {
    shape: Vec<usize>,
    width: usize,
    values: Vec<f32>,
    rows: usize,
    /// Of each number of a row, its place in the file's row; nothing if they are the same.
    places: Option<Vec<usize>>,
    /// A row as the file has it.
    row: Vec<f32>,
}

impl ArrayCells {
    pub fn new(shape: &[usize]) -> Self {
        let (values, row) = (Vec::new(), Vec::new());
        Self { shape: shape.to_vec(), width: shape.iter().product(), values, rows: 0, places: None, row }
    }

    /// The row has the numbers that were pushed, if they are as many as there must be.
    fn close(&mut self, taken: Result<(), String>) -> Result<(), String> {
        self.rows += 1;
        if taken.is_err() {
            self.values.truncate((self.rows - 1) * self.width);
        }
        self.values.resize(self.rows * self.width, f32::NAN);
        if let Some(places) = &self.places {
            let row = &mut self.values[(self.rows - 1) * self.width..];
            self.row.clear();
            self.row.extend_from_slice(row);
            row.iter_mut().zip(places).for_each(|(value, place)| *value = self.row[*place]);
        }
        taken
    }

    fn take(&mut self, items: &ArrayRef, shape: &[usize]) -> Result<(), String> {
        let Some((size, rest)) = shape.split_first() else { return Err("nested deeper than the shape is".into()) };
        if items.len() != *size {
            return Err(self.unfit(items.len(), shape.len()));
        }
        if rest.is_empty() {
            return self.take_numbers(items);
        }
        (0..items.len()).try_for_each(|place| match item(items, place) {
            Item::List(items) => self.take(&items, rest),
            _ => Err(format!("not nested as deep as {} is", self.declared())),
        })
    }

    fn take_numbers(&mut self, items: &ArrayRef) -> Result<(), String> {
        let before = self.values.len();
        // A missing number, which programs write as NaN, is one here too.
        match items.data_type() {
            DataType::Float32 if items.null_count() == 0 => {
                self.values.extend(items.as_primitive::<Float32Type>().values());
            }
            DataType::Float64 if items.null_count() == 0 => {
                self.values.extend(items.as_primitive::<Float64Type>().values().iter().map(|value| *value as f32));
            }
            DataType::UInt8 if items.null_count() == 0 => {
                self.values.extend(items.as_primitive::<UInt8Type>().values().iter().map(|value| f32::from(*value)));
            }
            _ => {
                for place in 0..items.len() {
                    let item = item(items, place);
                    let number = match &item {
                        Item::Missing => Some(f64::NAN),
                        other => other.number(),
                    };
                    let number = number.ok_or_else(|| format!("no array of numbers: `{}` is none", item.text()))?;
                    self.values.push(number as f32);
                }
            }
        }
        match self.values[before..].iter().any(|value| value.is_infinite()) {
            true => Err("infinite in some place".into()),
            false => Ok(()),
        }
    }

    fn declared(&self) -> String {
        let sizes: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        format!("number[{}]", sizes.join(", "))
    }

    fn unfit(&self, found: usize, depth: usize) -> String {
        let axis = self.shape.len() - depth;
        let wanted = self.shape[axis];
        let of = if self.shape.len() > 1 { format!(" in axis {}", axis + 1) } else { String::new() };
        format!("an array of {found} values{of}, and {} has {wanted}", self.declared())
    }
}

impl Cells for ArrayCells {
    /// A list that is written as JSON.
    fn push(&mut self, cell: &str) -> Result<(), String> {
        let taken = serde_json::from_str(cell)
            .map_err(|_| format!("no list of numbers, and {} is declared", self.declared()))
            .and_then(|value| self.take_json(&value, 0));
        self.close(taken)
    }

    fn push_missing(&mut self) {
        let _ = self.close(Ok(()));
    }

    fn lay_out(&mut self, layout: &Layout) {
        self.places = layout.places(&self.shape);
    }

    fn push_list(&mut self, items: &ArrayRef) -> Result<(), String> {
        let shape = self.shape.clone();
        let taken = self.take(items, &shape);
        self.close(taken)
    }

    fn finish(&mut self) -> ArrayRef {
        let field = Arc::new(Field::new_list_field(DataType::Float32, false));
        self.rows = 0;
        let values = Arc::new(Float32Array::from(std::mem::take(&mut self.values)));
        Arc::new(FixedSizeListArray::new(field, self.width as i32, values, None))
    }
}

impl ArrayCells {
    fn take_json(&mut self, value: &serde_json::Value, depth: usize) -> Result<(), String> {
        match (value, self.shape.get(depth)) {
            (serde_json::Value::Array(items), Some(size)) if items.len() == *size => {
                items.iter().try_for_each(|item| self.take_json(item, depth + 1))
            }
            (serde_json::Value::Array(items), Some(_)) => Err(self.unfit(items.len(), self.shape.len() - depth)),
            (serde_json::Value::Array(_), None) => Err("nested deeper than the shape is".into()),
            (_, Some(_)) => Err(format!("not nested as deep as {} is", self.declared())),
            (serde_json::Value::Null, None) => {
                self.values.push(f32::NAN);
                Ok(())
            }
            (value, None) => {
                let number = value.as_f64().or_else(|| value.as_bool().map(|truth| f64::from(u8::from(truth))));
                let number = number.ok_or_else(|| format!("no array of numbers: `{value}` is none"))?;
                self.values.push(number as f32);
                if number.is_infinite() { Err("infinite in some place".into()) } else { Ok(()) }
            }
        }
    }
}
