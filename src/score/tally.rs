//! Counts per class, from which most metrics of classes follow.

use super::{Classed, RowWeights};

/// The weight of the rows that have each class, that are given it, and both.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    pub truth: Vec<f64>,
    pub given: Vec<f64>,
    pub both: Vec<f64>,
    pub total: f64,
    /// False for sets of labels: then a label that no row has and none is given still counts.
    pub exclusive: bool,
}

impl Tally {
    pub fn of(classed: &Classed, weights: RowWeights) -> Tally {
        let (width, exclusive) = match classed {
            Classed::One { classes, .. } => (*classes, true),
            Classed::Sets { width, .. } => (*width, false),
        };
        let zeros = vec![0.0; width];
        let mut tally = Tally { truth: zeros.clone(), given: zeros.clone(), both: zeros, total: 0.0, exclusive };
        tally.add(classed, weights);
        tally
    }

    /// Counts more rows of the same classes.
    pub fn add(&mut self, classed: &Classed, weights: RowWeights) {
        match classed {
            Classed::One { truth, given, .. } => {
                for (row, (&truth, &given)) in truth.iter().zip(given).enumerate() {
                    let weight = weights.at(row);
                    self.total += weight;
                    self.truth[truth as usize] += weight;
                    self.given[given as usize] += weight;
                    if truth == given {
                        self.both[truth as usize] += weight;
                    }
                }
            }
            Classed::Sets { width, truth, given } => {
                for (row, (truth, given)) in truth.chunks_exact(*width).zip(given.chunks_exact(*width)).enumerate() {
                    let weight = weights.at(row);
                    self.total += weight;
                    for label in 0..*width {
                        self.truth[label] += if truth[label] { weight } else { 0.0 };
                        self.given[label] += if given[label] { weight } else { 0.0 };
                        self.both[label] += if truth[label] && given[label] { weight } else { 0.0 };
                    }
                }
            }
        }
    }

    /// The classes that count: those that a row has or is given, and every label of a set.
    pub fn present(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.truth.len()).filter(|&class| !self.exclusive || self.truth[class] > 0.0 || self.given[class] > 0.0)
    }

    /// One label of a set as a yes-or-no question: the tally of its classes no and yes.
    pub fn question(&self, label: usize) -> Tally {
        let (truth, given, both) = (self.truth[label], self.given[label], self.both[label]);
        Tally {
            truth: vec![self.total - truth, truth],
            given: vec![self.total - given, given],
            both: vec![self.total - truth - given + both, both],
            total: self.total,
            exclusive: true,
        }
    }

    /// A figure of one class per row; for sets of labels, the mean of the figure over the labels.
    pub fn each_question(&self, figure: impl Fn(&Tally) -> f64) -> f64 {
        if self.exclusive {
            return figure(self);
        }
        let labels = self.truth.len();
        (0..labels).map(|label| figure(&self.question(label))).sum::<f64>() / labels as f64
    }
}
