//! What a report draws of a part beyond its figures: points, curves, matrices, rows.

mod calibration;
mod curves;
mod scatter;
mod worst;

use serde::{Deserialize, Serialize};

use crate::report::show::{ShownPicture, ShownRow};
use crate::score::Ordered;
use crate::score::{Classed, Labels, Prediction, Scored};

pub use calibration::{Bin, Calibration};
pub use curves::ClassCurves;
pub use scatter::Scatter;
pub use worst::{WorstRow, examples, worst, worst_places};

/// The pictures of every task.
pub type Pictured = Ordered<TaskPictures>;

/// The pictures of one task, of the part that its figures are judged on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskPictures {
    /// `test`, else `valid`.
    pub part: String,
    /// Labelled rows of the part.
    pub rows: usize,
    /// One per component of a label of numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scatters: Vec<Scatter>,
    /// One per class that is told apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub curves: Vec<ClassCurves>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// Rows are what is true, columns what was predicted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confusion: Option<Vec<Vec<u64>>>,
    /// Of what the matrix is a count, if not of rows.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub confusion_of: String,
    /// Rows with their texts, wrong ones first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
    /// Who looks at whom in some of them, in the layers that attend.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attention: Vec<Attention>,
    /// The rows that the model gets most wrong, the worst first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub worst: Vec<WorstRow>,
    /// The pictures of some of these, with what is true of them and what was found.
    #[serde(skip)]
    pub scenes: Vec<Scene>,
    /// Pictures of some training rows as they are, and in some epochs of training.
    #[serde(skip)]
    pub augmented: Vec<ShownRow>,
}

/// A row with its picture, twice: with what is true of it drawn in, and with what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    pub words: WorstRow,
    /// The picture by itself, where what is true and what was found are pictures of their own.
    pub given: Option<ShownPicture>,
    pub truth: ShownPicture,
    /// `None` where nothing can be drawn in, and words say it all.
    pub found: Option<ShownPicture>,
    /// Which numbers the colours of both stand for, if they stand for numbers.
    pub scale: Option<Scale>,
}

/// Numbers as colours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub least: f64,
    pub largest: f64,
    /// Whether three numbers are red, green and blue, each by itself; else one number is a colour.
    pub in_parts: bool,
}

impl Scale {
    /// From the least to the largest of some numbers; `None` if there are none.
    pub fn of<'n>(numbers: impl Iterator<Item = &'n f64>, in_parts: bool) -> Option<Scale> {
        let wider = |scale: Option<(f64, f64)>, value: f64| {
            let (least, largest) = scale.unwrap_or((value, value));
            Some((least.min(value), largest.max(value)))
        };
        let (least, largest) = numbers.copied().filter(|value| value.is_finite()).fold(None, wider)?;
        Some(Scale { least, largest, in_parts })
    }

    /// Where a number lies between the ends, 0 to 1; at the end that is nearer if it lies beyond.
    pub fn share(&self, value: f64) -> f64 {
        let room = self.largest - self.least;
        if room > 0.0 { ((value - self.least) / room).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Its colour.
    pub fn colour(&self, value: f64) -> [u8; 3] {
        let colour = colorous::VIRIDIS.eval_continuous(self.share(value));
        [colour.r, colour.g, colour.b]
    }
}

/// A row with its texts, what is true of it and what was answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Example {
    pub row: String,
    /// By the input that reads it.
    pub texts: Vec<(String, String)>,
    pub shown: Shown,
    pub truth: String,
    pub predicted: String,
    /// How wrong it is.
    pub wrong: String,
}

/// Who looks at whom in a row, in one layer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attention {
    pub row: String,
    /// The path of the layer.
    pub node: String,
    /// The tokens of the places that look; of a pool, one of nothing.
    pub asking: Vec<String>,
    /// The tokens of the places that are looked at.
    pub seen: Vec<String>,
    /// For each of the first, how much it looks at each of the second.
    pub weights: Vec<Vec<f64>>,
}

/// How an answer is shown in the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// Beside it.
    #[default]
    Answer,
    /// A tag for each word.
    Tags,
    /// A part of it.
    Span,
}

impl Example {
    pub fn of(words: WorstRow) -> Self {
        let WorstRow { row, truth, predicted, wrong } = words;
        Self { row, truth, predicted, wrong, ..Self::default() }
    }
}

/// The most points that a picture holds.
const MOST: usize = 2000;

/// What a task's classes and components are called.
#[derive(Clone, Copy, Debug, Default)]
pub struct Named<'a> {
    pub classes: &'a [String],
    /// The columns of the label.
    pub columns: &'a [String],
    /// The class that a yes-or-no task asks for.
    pub positive: Option<&'a str>,
}

impl TaskPictures {
    /// Takes the pictures of a task's rows: of numbers the predicted beside the true; of classes what every threshold would
    /// give, whether probabilities can be taken at their word, and what is taken for what.
    pub fn of(part: &str, scored: &Scored, named: Named) -> TaskPictures {
        let mut pictures = TaskPictures { part: part.to_string(), rows: scored.rows(), ..TaskPictures::default() };
        if scored.verify().is_err() {
            return pictures;
        }
        pictures.scatters = scatter::scatters(scored, named);
        pictures.curves = curves::curves(scored, named);
        pictures.calibration = calibration::calibration(scored);
        if let (Labels::Other(labels), Prediction::Other(given)) = (scored.label, scored.prediction)
            && let Some((of, matrix)) = labels.confusion(given)
        {
            (pictures.confusion, pictures.confusion_of) = (Some(matrix), of.into());
            return pictures;
        }
        pictures.confusion = confusion(scored);
        pictures
    }
}

/// How often each class was taken for each. Sets of labels are no classes that could be taken for one another.
fn confusion(scored: &Scored) -> Option<Vec<Vec<u64>>> {
    let Ok(Classed::One { classes, truth, given, .. }) = Classed::of(scored) else { return None };
    let mut matrix = vec![vec![0; classes]; classes];
    truth.iter().zip(&given).for_each(|(truth, given)| matrix[*truth as usize][*given as usize] += 1);
    Some(matrix)
}

/// At most [`MOST`] points, the first and the last among them.
fn thin(points: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    thinned(points, MOST)
}

/// At most so many.
fn thinned(points: Vec<(f64, f64)>, most: usize) -> Vec<(f64, f64)> {
    if points.len() <= most {
        return points;
    }
    let last = points.len() - 1;
    (0..most).map(|place| points[place * last / (most - 1)]).collect()
}

#[cfg(test)]
mod tests;
