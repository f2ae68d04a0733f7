//! Rows that are kept: labels, predictions beside them, and which rows they are.

use crate::answers::{Column, Prediction};
use crate::score::Scored;

/// Predictions beside labels, for rows that have the label.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The place of each row in the label's data set.
    pub rows: Vec<usize>,
    pub labels: Box<dyn Column>,
    pub predictions: Box<dyn Column>,
    pub thresholds: Vec<f64>,
}

impl PartialEq for Answered {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
            && self.labels.same(other.labels.as_ref())
            && self.predictions.same(other.predictions.as_ref())
            && self.thresholds == other.thresholds
    }
}

impl Answered {
    pub fn scored(&self) -> Scored<'_> {
        Scored::of(self.labels.as_ref(), self.predictions.as_ref(), &self.thresholds)
    }

    fn append(&mut self, other: Answered) {
        self.rows.extend(other.rows);
        self.labels.append(other.labels.as_ref());
        self.predictions.append(other.predictions.as_ref());
    }

    fn gather(&self, places: &[usize]) -> Answered {
        Answered {
            rows: places.iter().map(|place| self.rows[*place]).collect(),
            labels: self.labels.gather(places),
            predictions: self.predictions.gather(places),
            thresholds: self.thresholds.clone(),
        }
    }
}

/// Rows of a part that comes in batches: all of them while they are few, and an even sample once they are many: every second row,
/// then every fourth, and so on. Rows are in no order that labels could know.
#[derive(Debug)]
pub struct Sample {
    kept: Option<Answered>,
    /// Of so many rows one is kept.
    every: usize,
    seen: usize,
    /// So many numbers may be kept; `None` for all.
    most: Option<usize>,
}

impl Sample {
    /// 32 MB of predictions, and as much of labels and rows at most: pictures and intervals need no more.
    pub const MOST: usize = 1 << 22;

    pub fn new(most: Option<usize>) -> Self {
        Self { kept: None, every: 1, seen: 0, most }
    }

    pub fn add(&mut self, labels: Box<dyn Column>, predictions: &dyn Column, rows: &[usize], thresholds: &[f64]) {
        let places: Vec<usize> =
            (0..rows.len()).filter(|place| (self.seen + place).is_multiple_of(self.every)).collect();
        self.seen += rows.len();
        if places.is_empty() {
            return;
        }
        let condensed = labels.condensed(predictions);
        let (labels, predictions) = condensed.unwrap_or_else(|| (labels, predictions.copy()));
        let all = Answered { rows: rows.to_vec(), labels, predictions, thresholds: thresholds.to_vec() };
        let new = if places.len() == rows.len() { all } else { all.gather(&places) };
        let kept = match &mut self.kept {
            Some(kept) => {
                kept.append(new);
                kept
            }
            None => self.kept.insert(new),
        };
        while self.most.is_some_and(|most| kept.rows.len() > 1 && numbers(kept) > most) {
            let every_second: Vec<usize> = (0..kept.rows.len()).step_by(2).collect();
            *kept = kept.gather(&every_second);
            self.every *= 2;
        }
    }

    /// The rows, and whether they are all.
    pub fn finish(self) -> Option<(Answered, bool)> {
        let whole = self.every == 1;
        self.kept.map(|kept| (kept, whole))
    }
}

/// How many numbers the predictions are; a row that is no row of numbers is taken for 64.
fn numbers(kept: &Answered) -> usize {
    match kept.predictions.prediction() {
        Prediction::Distribution { values, .. }
        | Prediction::Probabilities { values, .. }
        | Prediction::Numbers { values, .. } => values.len(),
        Prediction::Classes(values) => values.len(),
        Prediction::Other(column) => column.rows() * 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Numbers;

    #[test]
    fn many_rows_become_an_even_sample_however_they_are_cut() {
        let column =
            |rows: &[usize]| Numbers { width: 2, values: rows.iter().flat_map(|row| [*row as f64, 0.0]).collect() };
        let of = |size: usize| {
            let mut sample = Sample::new(Some(64));
            let all: Vec<usize> = (0..1000).collect();
            for rows in all.chunks(size) {
                sample.add(Box::new(column(rows)), &column(rows), rows, &[]);
                assert!(numbers(sample.kept.as_ref().expect("some")) <= 64, "never more than that is held");
            }
            sample.finish().expect("some")
        };
        let (kept, whole) = of(7);
        assert!(
            !whole && kept.rows.len() > 16 && kept.rows.windows(2).all(|pair| pair[1] - pair[0] == 32),
            "{:?}",
            kept.rows
        );
        assert!(kept.predictions.same(&column(&kept.rows)));
        assert_eq!(of(100).0, kept);
        assert_eq!(Sample::new(Some(64)).finish(), None);
    }

    #[test]
    fn few_rows_are_all_kept() {
        let column = Numbers { width: 1, values: vec![1.0, 2.0, 3.0] };
        let mut sample = Sample::new(Some(64));
        sample.add(Box::new(column.clone()), &column, &[4, 5, 9], &[]);
        let (kept, whole) = sample.finish().expect("some");
        assert_eq!((kept.rows.as_slice(), whole), (&[4, 5, 9][..], true));
    }
}
