//! What a report draws of a part beyond its figures: points, curves.

use serde::{Deserialize, Serialize};

use super::Ordered;
use crate::train::scoring::{Labels, Prediction, Ranking, Scored};

/// The pictures of every task.
pub type Pictured = Ordered<TaskPictures>;

/// The pictures of one task, of the part that its figures are judged on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskPictures {
    /// `test`, else `valid`.
    pub part: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scatter: Option<Scatter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roc: Option<RocCurve>,
}

/// Labels and predictions of some rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Scatter {
    /// (label, prediction)
    pub points: Vec<(f64, f64)>,
    /// How many rows there are; more than points if they were sampled.
    pub rows: usize,
}

/// A receiver operating characteristic, from (0, 0) to (1, 1).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RocCurve {
    /// (false positive rate, true positive rate)
    pub points: Vec<(f64, f64)>,
}

/// The most points that a picture holds.
const MOST: usize = 2000;

impl TaskPictures {
    /// Takes the pictures of a task's rows: of numbers the predicted beside the true (every component of a vector is
    /// points of its own), of yes-or-no answers the curve.
    pub fn of(part: &str, scored: &Scored) -> TaskPictures {
        let mut pictures = TaskPictures { part: part.to_string(), ..TaskPictures::default() };
        if scored.verify().is_err() {
            return pictures;
        }
        match (scored.label, scored.prediction) {
            (Labels::Numbers { values, .. }, Prediction::Numbers { values: given, .. }) => {
                // Evenly spread: rows are in no order that the label could know.
                let count = values.len().min(MOST);
                let at = |place: usize| place * values.len() / count;
                let points = (0..count).map(|place| (values[at(place)], given[at(place)])).collect();
                pictures.scatter = Some(Scatter { points, rows: values.len() });
            }
            (Labels::Binary { values }, Prediction::Probabilities { width: 1, values: given }) => {
                let points = Ranking::new(given.iter().copied(), |row| values[row]).curve(scored.row_weights());
                pictures.roc = (!points.is_empty()).then(|| RocCurve { points: thin(points) });
            }
            _ => {}
        }
        pictures
    }
}

/// At most [`MOST`] points, the first and the last among them.
fn thin(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    if points.len() <= MOST {
        return points;
    }
    let last = points.len() - 1;
    (0..MOST).map(|place| points[place * last / (MOST - 1)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_goes_through_ties_diagonally() {
        // scikit-learn's roc_curve with drop_intermediate=False gives fpr 0, 0, ½, 1 and tpr 0, ½, 1, 1.
        let scored = Scored {
            prediction: Prediction::Probabilities { width: 1, values: &[0.9, 0.5, 0.5, 0.1] },
            label: Labels::Binary { values: &[true, true, false, false] },
            weights: None,
        };
        let roc = TaskPictures::of("test", &scored).roc.expect("both classes are there");
        assert_eq!(roc.points, [(0.0, 0.0), (0.0, 0.5), (0.5, 1.0), (1.0, 1.0)]);
    }

    #[test]
    fn many_points_are_sampled() {
        let values: Vec<f64> = (0..5001).map(f64::from).collect();
        let scored = Scored {
            prediction: Prediction::Numbers { width: 1, values: &values },
            label: Labels::Numbers { width: 1, values: &values },
            weights: None,
        };
        let scatter = TaskPictures::of("test", &scored).scatter.expect("numbers have points");
        assert_eq!((scatter.points.len(), scatter.rows), (2000, 5001));
        assert!(scatter.points.last().is_some_and(|point| point.0 > 4990.0));
        assert_eq!(thin(vec![(0.0, 0.0); 5000]).len(), 2000);
    }
}
