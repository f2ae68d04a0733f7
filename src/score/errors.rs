//! Labels and predictions that are numbers, row by row and component by component.

use super::{Labels, Prediction, RowWeights, Scored};

/// Numbers beside the numbers they should be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Errors<'a> {
    width: usize,
    labels: &'a [f64],
    given: &'a [f64],
}

/// One component of one row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Error {
    pub label: f64,
    /// Label minus prediction.
    pub difference: f64,
}

impl<'a> Errors<'a> {
    pub fn of(scored: &Scored<'a>) -> Result<Errors<'a>, String> {
        match (scored.label, scored.prediction) {
            (Labels::Numbers { width, values }, Prediction::Numbers { width: other, values: given })
                if width == other =>
            {
                Ok(Errors { width, labels: values, given })
            }
            _ => Err("the predictions are not numbers like the label".into()),
        }
    }

    /// Numbers per row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Per row, the mean over its components of a figure of the error.
    pub fn mean_per_row(&self, figure: impl Fn(f64) -> f64) -> Vec<f64> {
        let rows = self.labels.chunks_exact(self.width).zip(self.given.chunks_exact(self.width));
        rows.map(|(labels, given)| {
            let sum: f64 = labels.iter().zip(given).map(|(label, given)| figure(label - given)).sum();
            sum / self.width as f64
        })
        .collect()
    }

    /// The rows of each component.
    pub fn components(&self) -> impl Iterator<Item = Component<'a>> + use<'a> {
        let errors = *self;
        (0..errors.width).map(move |at| Component { errors, at })
    }

    /// All components of all rows, each with the weight of its row.
    pub fn all_with<'w>(&self, weights: RowWeights<'w>) -> impl Iterator<Item = (f64, Error)> + Clone + use<'a, 'w> {
        let errors = *self;
        errors.labels.iter().zip(errors.given).enumerate().map(move |(place, (label, given))| {
            (weights.at(place / errors.width), Error { label: *label, difference: label - given })
        })
    }
}

/// The rows of one component.
#[derive(Clone, Debug)]
pub(crate) struct Component<'a> {
    errors: Errors<'a>,
    at: usize,
}

impl<'a> Component<'a> {
    /// Each with the weight of its row.
    pub fn with<'w>(self, weights: RowWeights<'w>) -> impl Iterator<Item = (f64, Error)> + Clone + use<'a, 'w> {
        self.enumerate().map(move |(row, error)| (weights.at(row), error))
    }
}

impl Iterator for Component<'_> {
    type Item = Error;

    fn next(&mut self) -> Option<Error> {
        let label = *self.errors.labels.get(self.at)?;
        let given = *self.errors.given.get(self.at)?;
        self.at += self.errors.width;
        Some(Error { label, difference: label - given })
    }
}
