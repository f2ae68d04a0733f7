//! What every threshold would give: receiver operating characteristics, and precision against recall.

use serde::{Deserialize, Serialize};

use super::{Named, thin, thinned};
use crate::score::metrics::mean_average_precision;
use crate::score::{Labels, Prediction, Ranking, RowWeights, Scored};

/// The curves of one class against all others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClassCurves {
    pub of: String,
    /// (false positive rate, true positive rate), from (0, 0) to (1, 1).
    pub roc: Vec<(f64, f64)>,
    /// (recall, precision), from few answers to all rows.
    pub precision: Vec<(f64, f64)>,
    /// The area under the first.
    pub area: f64,
    /// Precision, averaged over what each threshold adds to the recall.
    pub average_precision: f64,
    /// The share of rows that have the class: the precision of answering at random.
    pub share: f64,
    /// Of what is found in pictures, how many there are; then there is no first curve.
    #[serde(skip_serializing_if = "is_none")]
    pub there: usize,
}

/// Far more is found than is drawn: a curve of that has so many points.
const FOUND: usize = 300;

fn is_none(count: &usize) -> bool {
    *count == 0
}

/// The most classes whose curves can be told apart: those that most rows have.
const MOST_CLASSES: usize = 8;

pub(super) fn curves(scored: &Scored, named: Named) -> Vec<ClassCurves> {
    let rows = scored.rows();
    let class = |class: usize| named.classes.get(class).cloned().unwrap_or_else(|| (class + 1).to_string());
    match (scored.label, scored.prediction) {
        (Labels::Binary { values }, Prediction::Probabilities { width: 1, values: given }) => {
            let name = named.positive.unwrap_or("yes").to_string();
            of_class(name, rows, &|row| given[row], &|row| values[row]).into_iter().collect()
        }
        (Labels::Classes { classes, values }, Prediction::Distribution { classes: width, values: given })
            if classes == width =>
        {
            most_frequent(classes, &|one| values.iter().filter(|value| **value as usize == one).count())
                .into_iter()
                .filter_map(|one| {
                    of_class(class(one), rows, &|row| given[row * width + one], &|row| values[row] as usize == one)
                })
                .collect()
        }
        (Labels::Sets { width, values }, Prediction::Probabilities { width: other, values: given })
            if width == other =>
        {
            most_frequent(width, &|one| values.iter().skip(one).step_by(width).filter(|has| **has).count())
                .into_iter()
                .filter_map(|one| {
                    of_class(class(one), rows, &|row| given[row * width + one], &|row| values[row * width + one])
                })
                .collect()
        }
        (Labels::Other(_), Prediction::Other(_)) => of_found(scored, named),
        _ => Vec::new(),
    }
}

/// Of boxes and things, which are right if they share half with one that is there.
fn of_found(scored: &Scored, named: Named) -> Vec<ClassCurves> {
    let mut all = mean_average_precision::curves(scored, 0.5);
    all.sort_by_key(|curve| (std::cmp::Reverse(curve.there), curve.class));
    all.truncate(MOST_CLASSES);
    all.sort_by_key(|curve| curve.class);
    let of_class = |curve: mean_average_precision::Curve| ClassCurves {
        of: named.classes.get(curve.class as usize).cloned().unwrap_or_else(|| (curve.class + 1).to_string()),
        precision: thinned(curve.points, FOUND),
        average_precision: curve.area,
        there: curve.there,
        ..ClassCurves::default()
    };
    all.into_iter().map(of_class).collect()
}

/// The classes that most rows have, in the order of the classes.
fn most_frequent(classes: usize, count: &dyn Fn(usize) -> usize) -> Vec<usize> {
    let mut all: Vec<(usize, usize)> = (0..classes).map(|class| (count(class), class)).collect();
    all.sort_by_key(|(count, class)| (std::cmp::Reverse(*count), *class));
    let mut most: Vec<usize> = all.into_iter().take(MOST_CLASSES).map(|(_, class)| class).collect();
    most.sort_unstable();
    most
}

/// `None` if all rows or none have the class.
fn of_class(
    name: String,
    rows: usize,
    score: &dyn Fn(usize) -> f64,
    positive: &dyn Fn(usize) -> bool,
) -> Option<ClassCurves> {
    let ranking = Ranking::new((0..rows).map(score), positive);
    let roc = ranking.curve(RowWeights::Equal);
    let area = ranking.area(RowWeights::Equal)?;
    let positives = (0..rows).filter(|row| positive(*row)).count() as f64;
    let negatives = rows as f64 - positives;
    // From rates back to counts: what is at or above each threshold.
    let precision: Vec<(f64, f64)> = roc
        .iter()
        .skip(1)
        .map(|(wrong, right)| (*right, right * positives / (right * positives + wrong * negatives)))
        .collect();
    let before = std::iter::once(0.0).chain(precision.iter().map(|point| point.0));
    let average_precision = precision.iter().zip(before).map(|(point, before)| (point.0 - before) * point.1).sum();
    Some(ClassCurves {
        of: name,
        roc: thin(roc),
        precision: thin(precision),
        area,
        average_precision,
        share: positives / rows as f64,
        there: 0,
    })
}
