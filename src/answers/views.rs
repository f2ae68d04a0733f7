//! Columns of the kinds that are rows of numbers, laid open for the metrics that compare them.

use super::{Classes, Column, Distribution, Given, Numbers, Probabilities, Sets, YesOrNo};
use crate::catalog::answers::{AnswerDef, class, number, set, vector};

/// What a task's `predict` ends in.
#[derive(Clone, Copy, Debug)]
pub enum Prediction<'a> {
    /// One probability per class, summing to 1 (`softmax`).
    Distribution { classes: usize, values: &'a [f64] },
    /// Independent probabilities (`sigmoid`); of width 1, the probability of the positive class.
    Probabilities { width: usize, values: &'a [f64] },
    /// Class indices (`argmax`), or 0 and 1 (`threshold`; one per label for a set of labels).
    Classes(&'a [u32]),
    /// In the label's own unit.
    Numbers { width: usize, values: &'a [f64] },
    /// Of a kind that is no row of numbers.
    Other(&'a dyn Column),
}

/// The labels as they stand in the data.
#[derive(Clone, Copy, Debug)]
pub enum Labels<'a> {
    Classes {
        classes: usize,
        values: &'a [u32],
    },
    Numbers {
        width: usize,
        values: &'a [f64],
    },
    /// A set of labels per row.
    Sets {
        width: usize,
        values: &'a [bool],
    },
    /// A yes-or-no task: whether the row has the positive class.
    Binary {
        values: &'a [bool],
    },
    /// Of a kind that is no row of numbers.
    Other(&'a dyn Column),
}

impl Prediction<'_> {
    /// As a column of its own, of so many rows.
    pub fn column(&self, rows: usize) -> Box<dyn Column> {
        match *self {
            Prediction::Distribution { classes, values } => Box::new(Distribution { classes, values: values.to_vec() }),
            Prediction::Probabilities { width, values } => Box::new(Probabilities { width, values: values.to_vec() }),
            Prediction::Classes(values) => {
                Box::new(Given { width: values.len().checked_div(rows).unwrap_or(1), values: values.to_vec() })
            }
            Prediction::Numbers { width, values } => Box::new(Numbers { width, values: values.to_vec() }),
            Prediction::Other(column) => column.copy(),
        }
    }
}

impl Labels<'_> {
    /// As a column of its own.
    pub fn column(&self) -> Box<dyn Column> {
        match *self {
            Labels::Classes { classes, values } => Box::new(Classes { classes, values: values.to_vec() }),
            Labels::Binary { values } => Box::new(YesOrNo { values: values.to_vec() }),
            Labels::Sets { width, values } => Box::new(Sets { width, values: values.to_vec() }),
            Labels::Numbers { width, values } => Box::new(Numbers { width, values: values.to_vec() }),
            Labels::Other(column) => column.copy(),
        }
    }

    pub fn rows(&self) -> usize {
        match self {
            Labels::Classes { values, .. } => values.len(),
            Labels::Numbers { width, values } => super::rows::count(values.len(), *width),
            Labels::Sets { width, values } => super::rows::count(values.len(), *width),
            Labels::Binary { values } => values.len(),
            Labels::Other(column) => column.rows(),
        }
    }

    pub fn kind(&self) -> AnswerDef {
        match self {
            Labels::Classes { .. } | Labels::Binary { .. } => AnswerDef::Class(class::Class {}),
            Labels::Numbers { width: 1, .. } => AnswerDef::Number(number::Number {}),
            Labels::Numbers { .. } => AnswerDef::Vector(vector::Vector {}),
            Labels::Sets { .. } => AnswerDef::Set(set::Set {}),
            Labels::Other(column) => column.kind(),
        }
    }

    /// Why no score means anything on these labels: they do not vary.
    pub fn constant(&self) -> Option<&'static str> {
        fn same<T: PartialEq>(values: &[T], width: usize) -> bool {
            values.chunks_exact(width.max(1)).all(|row| values.get(..width.max(1)) == Some(row))
        }
        match self {
            Labels::Classes { values, .. } => same(values, 1).then_some("all rows have one class"),
            Labels::Binary { values } => same(values, 1).then_some("all rows have one class"),
            Labels::Sets { values, width } => same(values, *width).then_some("all rows have the same labels"),
            Labels::Numbers { width, values } => same(values, *width).then_some("all rows have the same label"),
            Labels::Other(column) => {
                (0..column.rows()).all(|row| column.same_row(0, *column, row)).then(|| column.constant_words())
            }
        }
    }
}
