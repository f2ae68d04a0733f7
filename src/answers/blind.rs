//! The predictor that never looks: the majority class, the mean, or what else a kind has. A task's skill is measured from it.

use std::fmt::Debug;

use super::{Column, Labels, Prediction};

/// Learns from the labels of the training part, batch by batch.
pub trait Learn {
    fn add(&mut self, labels: Labels<'_>);

    /// `None` if there was no label.
    fn finish(self: Box<Self>) -> Option<Box<dyn Blind>>;
}

/// What it has learned.
pub trait Blind: Debug + Send + Sync {
    /// Its answers for so many rows, in the form of the model's; `None` if it has none in that form.
    fn answers(&self, like: Prediction<'_>, rows: usize) -> Option<Box<dyn Column>>;

    /// What it does, to complete "no better than …".
    fn words(&self) -> &'static str;

    fn copy(&self) -> Box<dyn Blind>;
}

impl Clone for Box<dyn Blind> {
    fn clone(&self) -> Self {
        self.copy()
    }
}

/// Sums over rows, of which means are made.
#[derive(Clone, Debug, Default)]
pub(super) struct Means {
    sums: Vec<f64>,
    counts: Vec<usize>,
}

impl Means {
    pub fn add(&mut self, rows: usize, width: usize, value: impl Fn(usize, usize) -> f64) {
        if self.sums.is_empty() {
            (self.sums, self.counts) = (vec![0.0; width], vec![0; width]);
        }
        for row in 0..rows {
            for (place, (sum, count)) in self.sums.iter_mut().zip(&mut self.counts).enumerate() {
                let value = value(row, place);
                if !value.is_nan() {
                    *sum += value;
                    *count += 1;
                }
            }
        }
    }

    pub fn finish(self) -> Option<Vec<f64>> {
        let mean = |(sum, count): (f64, usize)| sum / count.max(1) as f64;
        self.counts.iter().any(|count| *count > 0).then(|| self.sums.into_iter().zip(self.counts).map(mean).collect())
    }
}
