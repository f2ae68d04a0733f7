//! Sums of squares of labels and errors that can be put together over tasks: R² and RMSE over all rows of many tasks.

use super::{Errors, Ordered, Scored};

/// What a task's rows add to the figures over all rows of a family.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Squares {
    /// The weights of the numbers together; without weights, how many there are.
    weight: f64,
    mean: f64,
    /// Of the labels, around their mean.
    labels: f64,
    /// Of the labels, each around the mean of its own task.
    within: f64,
    errors: f64,
}

impl Squares {
    /// `None` if these are no numbers.
    pub fn of(scored: &Scored<'_>) -> Option<Squares> {
        let mut squares = Squares::default();
        squares.add(scored).then_some(squares)
    }

    /// Takes more rows of the same task; false if these are no numbers.
    pub fn add(&mut self, scored: &Scored<'_>) -> bool {
        let Ok(errors) = Errors::of(scored) else { return false };
        let one = |(weight, error): (f64, super::Error)| Squares {
            weight,
            mean: error.label,
            labels: 0.0,
            within: 0.0,
            errors: weight * error.difference.powi(2),
        };
        let all = errors.all_with(scored.row_weights()).map(one).fold(*self, Squares::and);
        *self = Squares { within: all.labels, ..all };
        true
    }

    /// Both together, around the mean of both (Chan et al. 1983).
    pub fn and(self, other: Squares) -> Squares {
        let weight = self.weight + other.weight;
        if weight <= 0.0 {
            return self;
        }
        let (apart, share) = (other.mean - self.mean, other.weight / weight);
        Squares {
            weight,
            mean: self.mean + apart * share,
            labels: self.labels + other.labels + apart.powi(2) * self.weight * share,
            within: self.within + other.within,
            errors: self.errors + other.errors,
        }
    }

    /// 1 − the squared errors over the squares of the labels around their mean; `None` where the labels do not vary.
    pub fn r2(&self) -> Option<f64> {
        self.explained(self.labels)
    }

    /// The same around the mean of each task.
    pub fn r2_within(&self) -> Option<f64> {
        self.explained(self.within)
    }

    fn explained(&self, squares: f64) -> Option<f64> {
        Some(1.0 - self.errors / squares).filter(|_| squares > 0.0).filter(|r2| r2.is_finite())
    }

    pub fn rmse(&self) -> Option<f64> {
        Some((self.errors / self.weight).sqrt()).filter(|rmse| rmse.is_finite())
    }
}

/// RMSE and R², around the mean of all labels and within each task, over all rows of several tasks; none if one
/// of them is not a task of numbers.
pub fn pooled(tasks: impl IntoIterator<Item = Option<Squares>>) -> Ordered<f64> {
    let all = tasks.into_iter().try_fold(Squares::default(), |all, squares| Some(all.and(squares?)));
    let Some(all) = all else { return Ordered::default() };
    let figures = [("rmse", all.rmse()), ("r2", all.r2()), ("r2_within", all.r2_within())];
    figures.into_iter().filter_map(|(key, figure)| Some((key.to_string(), figure?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::{Labels, Prediction};

    fn scored<'a>(label: &'a [f64], given: &'a [f64]) -> Scored<'a> {
        let label = Labels::Numbers { width: 1, values: label };
        Scored { prediction: Prediction::Numbers { width: 1, values: given }, label, weights: None, thresholds: &[] }
    }

    fn of(label: &[f64], given: &[f64]) -> Squares {
        Squares::of(&scored(label, given)).expect("they are numbers")
    }

    #[test]
    fn all_rows_of_two_tasks_are_one_column() {
        // Each task by itself: squares of labels 1 + 1 around 2 and 12, a squared error of 1, an R² of a half.
        let (low, high) = (of(&[1.0, 3.0], &[1.0, 2.0]), of(&[11.0, 13.0], &[12.0, 13.0]));
        assert_eq!((low.r2(), high.r2()), (Some(0.5), Some(0.5)));
        // Together: around 7 the labels have 36 + 16 + 16 + 36 = 104, the errors 2.
        let all = low.and(high);
        assert_eq!((all.r2(), all.rmse()), (Some(1.0 - 2.0 / 104.0), Some(0.5_f64.sqrt())));
        assert_eq!(all.r2_within(), Some(1.0 - 2.0 / 4.0));
        assert_eq!(all, Squares::default().and(low).and(Squares::default()).and(high));
        // A bias is an error here, as it is none for the metric `explained_variance`.
        assert_eq!(of(&[1.0, 3.0], &[2.0, 4.0]).r2(), Some(0.0));
    }

    #[test]
    fn tasks_of_one_label_each_count_only_together() {
        let (one, other) = (of(&[1.0], &[1.0]), of(&[3.0], &[2.0]));
        assert_eq!((one.r2(), other.r2(), one.and(other).r2()), (None, None, Some(0.5)));
        assert_eq!(one.and(other).r2_within(), None);
        assert_eq!((of(&[], &[]).r2(), of(&[], &[]).rmse()), (None, None));
    }

    #[test]
    fn a_row_counts_by_its_weight() {
        let weights = [1.0, 3.0];
        let weighted = Scored { weights: Some(&weights), ..scored(&[0.0, 4.0], &[0.0, 2.0]) };
        // Around 3: 9 + 3 · 1 = 12; errors 3 · 4 = 12.
        assert_eq!(Squares::of(&weighted).expect("numbers").r2(), Some(0.0));
    }

    #[test]
    fn classes_have_none() {
        let label = Labels::Classes { classes: 2, values: &[0, 1] };
        let scored = Scored { prediction: Prediction::Classes(&[0, 1]), label, weights: None, thresholds: &[] };
        assert_eq!(Squares::of(&scored), None);
    }
}
