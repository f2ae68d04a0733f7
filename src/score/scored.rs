//! Predictions beside labels: one task, one part, the rows that have the label.

use crate::answers::{Column, Labels, Prediction};
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

/// What a metric says.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    Number(f64),
    /// Rows are labels, columns predictions.
    Matrix(Vec<Vec<u64>>),
    /// One for each class, in their order; none where there is nothing of a class.
    PerClass(Vec<Option<f64>>),
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

impl<'a> Scored<'a> {
    /// Predictions beside the labels of the same rows.
    pub fn of(label: &'a dyn Column, prediction: &'a dyn Column, thresholds: &'a [f64]) -> Scored<'a> {
        Scored { prediction: prediction.prediction(), label: label.labels(), weights: None, thresholds }
    }

    /// Labels and predictions of a kind that has a column of its own, for its metrics; `words` are what they compare.
    pub fn of_kind<T: Column>(&self, words: &str) -> Result<(&'a T, &'a T), String> {
        match (self.label, self.prediction) {
            (Labels::Other(label), Prediction::Other(prediction)) => label.of::<T>().zip(prediction.of::<T>()),
            _ => None,
        }
        .ok_or_else(|| format!("the predictions are not {words} like the label"))
    }

    /// The labels and the predictions, to keep.
    pub fn columns(&self) -> (Box<dyn Column>, Box<dyn Column>) {
        (self.label.column(), self.prediction.column(self.rows()))
    }

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
            Labels::Classes { .. } | Labels::Binary { .. } | Labels::Other(_) => true,
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
            Prediction::Other(column) => column.rows() == rows,
        };
        if !labels_fit || !predictions_fit {
            return Err(format!("there are not as many predictions as labels ({rows} rows)"));
        }
        if let Labels::Classes { classes, values } = self.label
            && values.iter().any(|&class| class as usize >= classes)
        {
            return Err(format!("a label is none of the {classes} classes"));
        }
        // A number that is not judged is none, in a label and in whatever stands beside it.
        if let Labels::Numbers { width, values } = self.label
            && (values.iter().any(|value| value.is_infinite())
                || (width == 1 && values.iter().any(|value| value.is_nan())))
        {
            return Err("a label is not a finite number".into());
        }
        let judged = |place: usize| match self.label {
            Labels::Numbers { values, .. } => values.get(place).is_none_or(|label| !label.is_nan()),
            _ => true,
        };
        if let Prediction::Distribution { values, .. }
        | Prediction::Probabilities { values, .. }
        | Prediction::Numbers { values, .. } = self.prediction
            && values.iter().enumerate().any(|(place, value)| !value.is_finite() && judged(place))
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
