//! Labels and predictions that are numbers, row by row and component by component. A label that is none (`NAN`) is not judged, and counts nowhere.

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

impl Error {
    /// With how much it counts: nothing if it is not judged.
    fn weighed(label: f64, given: f64, weight: f64) -> (f64, Error) {
        match label.is_nan() {
            true => (0.0, Error { label: 0.0, difference: 0.0 }),
            false => (weight, Error { label, difference: label - given }),
        }
    }
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

    /// Per row, the mean over those of its components that are judged of a figure of the error; no number if none is.
    pub fn mean_per_row(&self, figure: impl Fn(f64) -> f64) -> Vec<f64> {
        let rows = self.labels.chunks_exact(self.width).zip(self.given.chunks_exact(self.width));
        rows.map(|(labels, given)| {
            let judged = || labels.iter().zip(given).filter(|(label, _)| !label.is_nan());
            let sum: f64 = judged().map(|(label, given)| figure(label - given)).sum();
            sum / judged().count() as f64
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
        errors
            .labels
            .iter()
            .zip(errors.given)
            .enumerate()
            .map(move |(place, (label, given))| Error::weighed(*label, *given, weights.at(place / errors.width)))
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
        let Component { errors, at } = self;
        let rows = errors.labels.iter().zip(errors.given).skip(at).step_by(errors.width).enumerate();
        rows.map(move |(row, (label, given))| Error::weighed(*label, *given, weights.at(row)))
    }
}
