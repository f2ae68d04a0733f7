//! Rows in the order of a score, for figures of ranking.

use super::{Labels, Prediction, RowWeights, Scored};

/// Rows from the lowest score to the highest, in groups of equal scores.
#[derive(Clone, Debug)]
pub(crate) struct Ranking {
    rows: Vec<Ranked>,
}

#[derive(Clone, Debug)]
struct Ranked {
    row: usize,
    positive: bool,
    /// True if the next row has a higher score.
    last_of_equals: bool,
}

impl Ranking {
    /// Scores must be finite.
    pub fn new(scores: impl Iterator<Item = f64>, positive: impl Fn(usize) -> bool) -> Ranking {
        let scores: Vec<f64> = scores.collect();
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&left, &right| scores[left].total_cmp(&scores[right]));
        let rows = order
            .iter()
            .enumerate()
            .map(|(place, &row)| Ranked {
                row,
                positive: positive(row),
                last_of_equals: order.get(place + 1).is_none_or(|&next| scores[next] != scores[row]),
            })
            .collect();
        Ranking { rows }
    }

    /// The chance that a positive row scores above a negative one, ties counting half; `None` if one sort is absent.
    pub fn area(&self, weights: RowWeights) -> Option<f64> {
        let (mut below, mut positives, mut area) = (0.0, 0.0, 0.0);
        let (mut yes, mut no) = (0.0, 0.0);
        for ranked in &self.rows {
            *(if ranked.positive { &mut yes } else { &mut no }) += weights.at(ranked.row);
            if ranked.last_of_equals {
                area += yes * (below + no / 2.0);
                below += no;
                positives += yes;
                (yes, no) = (0.0, 0.0);
            }
        }
        (positives > 0.0 && below > 0.0).then(|| area / (positives * below))
    }

    /// The points of the curve, from (0, 0) to (1, 1): the share of negative rows and of positive rows at or above
    /// each score; empty if one sort is absent.
    #[cfg(feature = "run")]
    pub fn curve(&self, weights: RowWeights) -> Vec<(f64, f64)> {
        let sum = |positive: bool| -> f64 {
            self.rows.iter().filter(|one| one.positive == positive).map(|one| weights.at(one.row)).sum()
        };
        let (positives, negatives) = (sum(true), sum(false));
        if positives <= 0.0 || negatives <= 0.0 {
            return Vec::new();
        }
        let mut points = vec![(0.0, 0.0)];
        let (mut yes, mut no) = (0.0, 0.0);
        for (place, ranked) in self.rows.iter().enumerate().rev() {
            *(if ranked.positive { &mut yes } else { &mut no }) += weights.at(ranked.row);
            // From above, a group of equals ends where the row below ends its own group.
            if place == 0 || self.rows[place - 1].last_of_equals {
                points.push((no / negatives, yes / positives));
            }
        }
        points
    }

    /// The mean over positive rows of the precision among the rows that score at least as high; `None` if there are none.
    pub fn average_precision(&self, weights: RowWeights) -> Option<f64> {
        let (mut yes, mut all, mut gained, mut area) = (0.0, 0.0, 0.0, 0.0);
        for (place, ranked) in self.rows.iter().enumerate().rev() {
            let weight = weights.at(ranked.row);
            all += weight;
            if ranked.positive {
                gained += weight;
            }
            // From above, a group of equals ends where the row below ends its own group.
            if place == 0 || self.rows[place - 1].last_of_equals {
                yes += gained;
                if all > 0.0 {
                    area += gained * yes / all;
                }
                gained = 0.0;
            }
        }
        (yes > 0.0).then(|| area / yes)
    }
}

/// Whether two classes that share the whole probability are one question or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sides {
    One,
    Both,
}

/// One ranking per question of "this class or another".
pub(crate) fn rankings(scored: &Scored, sides: Sides) -> Result<Vec<Ranking>, String> {
    let column = |values: &[f64], width: usize, class: usize, positive: &dyn Fn(usize) -> bool| {
        Ranking::new(values.iter().skip(class).step_by(width).copied(), positive)
    };
    match (scored.label, scored.prediction) {
        (Labels::Binary { values }, Prediction::Probabilities { width: 1, values: given }) => {
            Ok(vec![column(given, 1, 0, &|row| values[row])])
        }
        (Labels::Classes { classes: 2, values }, Prediction::Probabilities { width: 1, values: given }) => {
            Ok(vec![column(given, 1, 0, &|row| values[row] == 1)])
        }
        // Of two classes that share the whole probability, each ranks the rows as the other does.
        (Labels::Classes { classes: 2, values }, Prediction::Distribution { classes: 2, values: given })
            if sides == Sides::One =>
        {
            Ok(vec![column(given, 2, 1, &|row| values[row] == 1)])
        }
        (
            Labels::Classes { classes, values },
            Prediction::Distribution { classes: width, values: given }
            | Prediction::Probabilities { width, values: given },
        ) if classes == width => {
            Ok((0..classes).map(|class| column(given, width, class, &|row| values[row] as usize == class)).collect())
        }
        (
            Labels::Sets { width, values },
            Prediction::Probabilities { width: other, values: given }
            | Prediction::Distribution { classes: other, values: given },
        ) if width == other => {
            Ok((0..width).map(|label| column(given, width, label, &|row| values[row * width + label])).collect())
        }
        _ => Err("the predictions are not probabilities of the label's classes".into()),
    }
}
