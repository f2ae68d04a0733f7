//! Whether probabilities can be taken at their word: of the answers given with 70%, are seven in ten right?

use serde::{Deserialize, Serialize};

use crate::score::{Labels, Prediction, Scored};

/// Probabilities beside how often they came true, in bins of equal width.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Calibration {
    /// What the probabilities are of: `the class` of a yes-or-no answer, `the answer` that a classification gives, `labels`.
    pub of: String,
    /// Those that hold something, from the lowest.
    pub bins: Vec<Bin>,
    /// The mean distance between the two, over all answers (the expected calibration error).
    pub error: f64,
}

/// The answers with probabilities of one bin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bin {
    /// The mean probability.
    pub said: f64,
    /// The share that came true.
    pub was: f64,
    pub answers: usize,
}

const BINS: usize = 10;

pub(super) fn calibration(scored: &Scored) -> Option<Calibration> {
    let (of, answers): (&str, Vec<(f64, bool)>) = match (scored.label, scored.prediction) {
        (Labels::Binary { values }, Prediction::Probabilities { width: 1, values: given }) => {
            ("yes", given.iter().copied().zip(values.iter().copied()).collect())
        }
        (Labels::Classes { classes, values }, Prediction::Distribution { classes: width, values: given })
            if classes == width =>
        {
            let answer = |(row, truth): (&[f64], &u32)| {
                let best = (0..width).fold(0, |best, class| if row[class] > row[best] { class } else { best });
                (row[best], best == *truth as usize)
            };
            ("the answer", given.chunks_exact(width).zip(values).map(answer).collect())
        }
        (Labels::Sets { width, values }, Prediction::Probabilities { width: other, values: given })
            if width == other =>
        {
            ("each label", given.iter().copied().zip(values.iter().copied()).collect())
        }
        _ => return None,
    };
    let mut sums = [(0.0, 0_usize, 0_usize); BINS];
    for (said, was) in &answers {
        // A probability on an edge belongs to the bin below it.
        let bin = (1..BINS).find(|bin| *said <= *bin as f64 / BINS as f64).unwrap_or(BINS) - 1;
        let (sum, right, count) = sums[bin];
        sums[bin] = (sum + said, right + usize::from(*was), count + 1);
    }
    let bins: Vec<Bin> = sums
        .iter()
        .filter(|(_, _, count)| *count > 0)
        .map(|(sum, right, count)| Bin {
            said: sum / *count as f64,
            was: *right as f64 / *count as f64,
            answers: *count,
        })
        .collect();
    let all = answers.len() as f64;
    let error = bins.iter().map(|bin| (bin.said - bin.was).abs() * bin.answers as f64 / all).sum();
    Some(Calibration { of: of.into(), bins, error })
}
