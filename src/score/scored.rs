//! Predictions beside labels: one task, one part, the rows that have the label.

use crate::pipeline::HALF;

/// What a metric is given. Arrays are row-major; every array has one entry (or one row of `width`) per labelled row.
#[derive(Clone, Copy, Debug)]
pub struct Scored<'a> {
    pub prediction: Prediction<'a>,
    pub label: Labels<'a>,
    /// One per row; `None` if all rows count the same.
    pub weights: Option<&'a [f64]>,
    /// From which probability on each class is given; empty if all are a half.
    pub thresholds: &'a [f64],
}

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
}

/// What a metric says.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    Number(f64),
    /// Rows are labels, columns predictions.
    Matrix(Vec<Vec<u64>>),
    /// Why there is no figure, to complete "undefined: …".
    Undefined(String),
}

impl Figure {
    pub fn number(&self) -> Option<f64> {
        match self {
            Figure::Number(value) => Some(*value),
            _ => None,
        }
    }
}

/// How much each row counts.
#[derive(Clone, Copy, Debug)]
pub enum RowWeights<'a> {
    Equal,
    Given(&'a [f64]),
}

impl RowWeights<'_> {
    pub fn at(&self, row: usize) -> f64 {
        match self {
            RowWeights::Equal => 1.0,
            RowWeights::Given(weights) => weights.get(row).copied().unwrap_or(0.0),
        }
    }
}

impl Labels<'_> {
    pub fn rows(&self) -> usize {
        match self {
            Labels::Classes { values, .. } => values.len(),
            Labels::Numbers { width, values } => values.len().checked_div(*width).unwrap_or(0),
            Labels::Sets { width, values } => values.len().checked_div(*width).unwrap_or(0),
            Labels::Binary { values } => values.len(),
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
            Labels::Sets { width, values } => same(values, *width).then_some("all rows have the same labels"),
            Labels::Numbers { width, values } => same(values, *width).then_some("all rows have the same label"),
        }
    }
}

impl<'a> Scored<'a> {
    /// Whether a probability is enough for its class.
    pub fn decides(&self, class: usize, probability: f64) -> bool {
        probability >= self.thresholds.get(class).copied().unwrap_or(HALF)
    }

    pub fn rows(&self) -> usize {
        self.label.rows()
    }

    pub fn row_weights(&self) -> RowWeights<'a> {
        self.weights.map_or(RowWeights::Equal, RowWeights::Given)
    }

    /// An error unless the arrays fit together and hold what they may: metrics rely on it.
    pub fn verify(&self) -> Result<(), String> {
        let rows = self.rows();
        if rows == 0 {
            return Err("no row has the label".into());
        }
        let whole = |length: usize, width: usize| width > 0 && length == rows * width;
        let labels_fit = match self.label {
            Labels::Classes { .. } | Labels::Binary { .. } => true,
            Labels::Numbers { width, values } => whole(values.len(), width),
            Labels::Sets { width, values } => whole(values.len(), width),
        };
        let predictions_fit = match self.prediction {
            Prediction::Distribution { classes, values } => whole(values.len(), classes),
            Prediction::Probabilities { width, values } | Prediction::Numbers { width, values } => {
                whole(values.len(), width)
            }
            Prediction::Classes(values) => match self.label {
                Labels::Sets { width, .. } => whole(values.len(), width),
                _ => values.len() == rows,
            },
        };
        if !labels_fit || !predictions_fit {
            return Err(format!("there are not as many predictions as labels ({rows} rows)"));
        }
        if let Labels::Classes { classes, values } = self.label
            && values.iter().any(|&class| class as usize >= classes)
        {
            return Err(format!("a label is none of the {classes} classes"));
        }
        if let Labels::Numbers { values, .. } = self.label
            && values.iter().any(|value| !value.is_finite())
        {
            return Err("a label is not a finite number".into());
        }
        if let Prediction::Distribution { values, .. }
        | Prediction::Probabilities { values, .. }
        | Prediction::Numbers { values, .. } = self.prediction
            && values.iter().any(|value| !value.is_finite())
        {
            return Err("a prediction is not a finite number".into());
        }
        if let Some(weights) = self.weights {
            if weights.len() != rows {
                return Err(format!("there are {} row weights for {rows} rows", weights.len()));
            }
            if weights.iter().any(|weight| !weight.is_finite() || *weight < 0.0) {
                return Err("a row weight is negative or not a finite number".into());
            }
        }
        Ok(())
    }
}
