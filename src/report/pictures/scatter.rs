//! Predicted beside true, for labels of numbers.

use serde::{Deserialize, Serialize};

use super::{MOST, Named};
use crate::score::{Labels, Prediction, Scored};

/// Labels and predictions of some rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Scatter {
    /// The component; empty if the label is one number.
    pub of: String,
    /// (label, prediction)
    pub points: Vec<(f64, f64)>,
    /// How many rows there are; more than points if they were sampled.
    pub rows: usize,
    /// The coefficient of determination over all rows; `None` if the label does not vary.
    pub r2: Option<f64>,
}

/// The most components that are drawn: an array of thousands is no picture.
const MOST_COMPONENTS: usize = 12;

pub(super) fn scatters(scored: &Scored, named: Named) -> Vec<Scatter> {
    let (Labels::Numbers { width, values }, Prediction::Numbers { width: other, values: given }) =
        (scored.label, scored.prediction)
    else {
        return Vec::new();
    };
    if width != other {
        return Vec::new();
    }
    let rows = scored.rows();
    let name = |component: usize| match (width, named.columns.get(component)) {
        (1, _) => String::new(),
        (_, Some(name)) if named.columns.len() == width => name.clone(),
        _ => (component + 1).to_string(),
    };
    let one = |component: usize| {
        let pair = |row: usize| (values[row * width + component], given[row * width + component]);
        // Of a picture that is not shown whole, this place may not have been judged.
        let judged: Vec<usize> = (0..rows).filter(|row| !pair(*row).0.is_nan()).collect();
        let rows = judged.len();
        let pair = |place: usize| pair(judged[place]);
        let mean = (0..rows).map(|row| pair(row).0).sum::<f64>() / rows as f64;
        let sum = |of: &dyn Fn((f64, f64)) -> f64| (0..rows).map(|row| of(pair(row)).powi(2)).sum::<f64>();
        let (error, spread) = (sum(&|(truth, given)| truth - given), sum(&|(truth, _)| truth - mean));
        // Evenly spread: rows are in no order that the label could know.
        let count = rows.min(MOST);
        Scatter {
            of: name(component),
            points: (0..count).map(|place| pair(place * rows / count)).collect(),
            rows,
            r2: (spread > 0.0).then(|| 1.0 - error / spread),
        }
    };
    let judged = |component: &usize| (0..rows).any(|row| !values[row * width + component].is_nan());
    (0..width).filter(judged).take(MOST_COMPONENTS).map(one).collect()
}
