//! A task's label in its own unit, over all rows of its data set: what metrics compare with.

use arrow_array::{Array, ArrayRef};

#[derive(Clone, Debug, PartialEq)]
pub struct LabelColumn {
    /// Whether a row has the label.
    pub present: Vec<bool>,
    pub values: LabelValues,
}

/// Rows without the label hold zeros.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelValues {
    /// Indices into the classes.
    Classes(Vec<u32>),
    /// Row-major.
    Numbers { width: usize, values: Vec<f64> },
    /// Row-major, one truth value per class.
    Sets { width: usize, values: Vec<bool> },
}

impl LabelColumn {
    /// A label whose values no metric reads: text.
    pub fn without_values(columns: &[&ArrayRef]) -> Self {
        let present =
            columns.first().map_or(Vec::new(), |column| (0..column.len()).map(|row| column.is_valid(row)).collect());
        Self { present, values: LabelValues::Numbers { width: 0, values: Vec::new() } }
    }

    /// A label that no row has: its column is not in the file.
    pub fn absent(rows: usize) -> Self {
        Self { present: vec![false; rows], values: LabelValues::Numbers { width: 0, values: Vec::new() } }
    }
}
