//! The predictor that never looks: the majority class, or the mean. A task's skill is measured from it.

use super::{Labels, Prediction, RowWeights, Scored};

/// What it learned from the labels of the training part.
#[derive(Clone, Debug, PartialEq)]
pub enum Trivial {
    /// The share of each class.
    Classes(Vec<f64>),
    /// The share of rows that have each label; one label for a yes-or-no task.
    Labels(Vec<f64>),
    /// The mean of each component.
    Mean(Vec<f64>),
}

impl Trivial {
    /// `None` if there is no labelled row.
    pub fn fit(labels: &Labels, weights: Option<&[f64]>) -> Option<Trivial> {
        let weights = weights.map_or(RowWeights::Equal, RowWeights::Given);
        let total: f64 = (0..labels.rows()).map(|row| weights.at(row)).sum();
        if total <= 0.0 {
            return None;
        }
        let mean = |width: usize, value: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
            (0..width)
                .map(|place| (0..labels.rows()).map(|row| weights.at(row) * value(row, place)).sum::<f64>() / total)
                .collect()
        };
        Some(match *labels {
            Labels::Classes { classes, values } => {
                Trivial::Classes(mean(classes, &|row, class| f64::from(u8::from(values[row] as usize == class))))
            }
            Labels::Binary { values } => Trivial::Labels(mean(1, &|row, _| f64::from(u8::from(values[row])))),
            Labels::Sets { width, values } => {
                Trivial::Labels(mean(width, &|row, label| f64::from(u8::from(values[row * width + label]))))
            }
            Labels::Numbers { width, values } => Trivial::Mean(mean(width, &|row, place| values[row * width + place])),
        })
    }

    /// The other answer that takes no look: yes for every row, where thresholds may make yes of anything.
    pub(super) fn always_yes<T>(scored: &Scored, then: impl FnOnce(&Scored) -> T) -> Option<T> {
        let Prediction::Probabilities { width, .. } = scored.prediction else { return None };
        if scored.thresholds.is_empty() {
            return None;
        }
        let values = vec![1.0; scored.rows() * width];
        let prediction = Prediction::Probabilities { width, values: &values };
        Some(then(&Scored { prediction, thresholds: &[], ..*scored }))
    }

    /// Runs `then` on the same rows with this predictor's answers in place of the model's, in the same form.
    pub(super) fn instead<T>(&self, scored: &Scored, then: impl FnOnce(&Scored) -> T) -> Result<T, String> {
        let rows = scored.rows();
        let tile = |row: &[f64]| row.repeat(rows);
        let other = "the labels of the training part are of another form";
        let prediction = scored.prediction;
        let given = |prediction| then(&Scored { prediction, thresholds: &[], ..*scored });
        match (self, prediction) {
            (Trivial::Classes(shares), Prediction::Distribution { classes, .. }) if shares.len() == classes => {
                Ok(given(Prediction::Distribution { classes, values: &tile(shares) }))
            }
            (Trivial::Classes(shares), Prediction::Probabilities { width: 1, .. }) if shares.len() == 2 => {
                Ok(given(Prediction::Probabilities { width: 1, values: &tile(&shares[1..]) }))
            }
            (Trivial::Classes(shares) | Trivial::Labels(shares), Prediction::Probabilities { width, .. })
                if shares.len() == width =>
            {
                Ok(given(Prediction::Probabilities { width, values: &tile(shares) }))
            }
            (Trivial::Classes(shares), Prediction::Classes(_)) => {
                Ok(given(Prediction::Classes(&vec![majority(shares); rows])))
            }
            (Trivial::Labels(shares), Prediction::Classes(_)) => {
                let row: Vec<u32> = shares.iter().map(|share| u32::from(*share >= 0.5)).collect();
                Ok(given(Prediction::Classes(&row.repeat(rows))))
            }
            (Trivial::Mean(mean), Prediction::Numbers { width, .. }) if mean.len() == width => {
                Ok(given(Prediction::Numbers { width, values: &tile(mean) }))
            }
            _ => Err(other.into()),
        }
    }
}

fn majority(shares: &[f64]) -> u32 {
    let mut best = 0;
    for (class, share) in shares.iter().enumerate() {
        if *share > shares[best] {
            best = class;
        }
    }
    best as u32
}
