//! Where answers change from no to yes: found on rows whose labels are known.

use super::{Labels, Prediction, Scored};
use crate::pipeline::{Criterion, HALF};

/// The threshold of each class that serves the criterion best on these rows; a half for a class that all rows or none have.
/// Empty if there are no probabilities of yes and no.
pub fn fitted_thresholds(criterion: Criterion, scored: &Scored) -> Vec<f64> {
    if scored.verify().is_err() {
        return Vec::new();
    }
    let of = |given: &[f64], width: usize, class: usize, has: &dyn Fn(usize) -> bool| {
        let rows = given.iter().skip(class).step_by(width).enumerate().map(|(row, value)| (*value, has(row)));
        best(criterion, rows.collect())
    };
    match (scored.label, scored.prediction) {
        (Labels::Binary { values }, Prediction::Probabilities { width: 1, values: given }) => {
            vec![of(given, 1, 0, &|row| values[row])]
        }
        (Labels::Classes { classes: 2, values }, Prediction::Probabilities { width: 1, values: given }) => {
            vec![of(given, 1, 0, &|row| values[row] == 1)]
        }
        (Labels::Sets { width, values }, Prediction::Probabilities { width: other, values: given })
            if width == other =>
        {
            (0..width).map(|class| of(given, width, class, &|row| values[row * width + class])).collect()
        }
        _ => Vec::new(),
    }
}

/// Of all places between two neighbouring probabilities the one that serves best; of equals the nearest to a half.
fn best(criterion: Criterion, mut rows: Vec<(f64, bool)>) -> f64 {
    rows.sort_by(|left, right| right.0.total_cmp(&left.0));
    let total = rows.len() as f64;
    let truth = rows.iter().filter(|row| row.1).count() as f64;
    if truth == 0.0 || truth == total {
        return HALF;
    }
    let (mut found, mut highest) = (HALF, f64::NEG_INFINITY);
    let mut consider = |at: f64, both: f64, given: f64| {
        let figure = criterion.figure(both, given, truth, total);
        // Sums in another order differ in their last digits.
        let same = (figure - highest).abs() <= 1e-12;
        if figure > highest && !same || same && (at - HALF).abs() < (found - HALF).abs() {
            (found, highest) = (at, figure);
        }
    };
    // Above the highest probability nothing is a yes.
    if rows[0].0 < 1.0 {
        consider((rows[0].0 + 1.0) / 2.0, 0.0, 0.0);
    }
    let mut both = 0.0;
    for place in 0..rows.len() {
        both += f64::from(u8::from(rows[place].1));
        let next = rows.get(place + 1).map(|row| row.0);
        if next == Some(rows[place].0) {
            continue;
        }
        consider((rows[place].0 + next.unwrap_or(0.0)) / 2.0, both, place as f64 + 1.0);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threshold(criterion: Criterion, given: &[f64], values: &[bool]) -> f64 {
        let scored = Scored {
            prediction: Prediction::Probabilities { width: 1, values: given },
            label: Labels::Binary { values },
            weights: None,
            thresholds: &[],
        };
        fitted_thresholds(criterion, &scored)[0]
    }

    #[test]
    fn a_rare_class_is_found_below_a_half() {
        // By hand: below 0.17 two of three answers of yes are right (F1 0.8), above 0.2 one of one is (0.67).
        let given = [0.3, 0.2, 0.17, 0.1, 0.0];
        let values = [true, false, true, false, false];
        let at = threshold(Criterion::F1, &given, &values);
        assert!((at - 0.135).abs() < 1e-12, "{at}");
        assert_eq!(threshold(Criterion::Mcc, &given, &values), at);
        // Four of five are right at 0.25 too, which is nearer to a half.
        assert_eq!(threshold(Criterion::Accuracy, &given, &values), 0.25);
    }

    #[test]
    fn rows_of_one_probability_stay_together_and_one_class_says_nothing() {
        let given = [0.4, 0.4, 0.4, 0.1];
        // All three at 0.4 or none: never between them.
        let at = threshold(Criterion::F1, &given, &[true, false, true, false]);
        assert!((at - 0.25).abs() < 1e-12, "{at}");
        assert_eq!(threshold(Criterion::F1, &given, &[false; 4]), 0.5);
        assert_eq!(threshold(Criterion::F1, &given, &[true; 4]), 0.5);
    }

    #[test]
    fn each_class_of_a_set_has_its_own() {
        let values = [true, false, false, true, true, true, false, false];
        let scored = Scored {
            prediction: Prediction::Probabilities { width: 2, values: &[0.2, 0.6, 0.1, 0.9, 0.3, 0.95, 0.05, 0.5] },
            label: Labels::Sets { width: 2, values: &values },
            weights: None,
            thresholds: &[],
        };
        let at = fitted_thresholds(Criterion::F1, &scored);
        assert!((at[0] - 0.15).abs() < 1e-12 && (at[1] - 0.75).abs() < 1e-12, "{at:?}");
    }

    /// Against a search over all thresholds on a fine grid.
    #[test]
    fn nothing_on_a_grid_is_better() {
        let mut state = 7u64;
        let mut draw = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as f64 / (1u64 << 31) as f64
        };
        for _ in 0..20 {
            let given: Vec<f64> = (0..30).map(|_| (draw() * 50.0).floor() / 50.0).collect();
            let values: Vec<bool> = given.iter().map(|p| draw() < 0.2 + 0.4 * p).collect();
            for criterion in [Criterion::F1, Criterion::Accuracy, Criterion::BalancedAccuracy, Criterion::Mcc] {
                let figure = |at: f64| {
                    let count = |f: &dyn Fn(usize) -> bool| (0..30).filter(|row| f(*row)).count() as f64;
                    let both = count(&|row| given[row] >= at && values[row]);
                    criterion.figure(both, count(&|row| given[row] >= at), count(&|row| values[row]), 30.0)
                };
                let found = figure(threshold(criterion, &given, &values));
                let most = (0..=1000).map(|at| figure(at as f64 / 1000.0)).fold(f64::NEG_INFINITY, f64::max);
                assert!(found >= most - 1e-9, "{criterion:?}: {found} < {most}");
            }
        }
    }
}
