//! What a training step is given: host arrays of one batch.

use super::mixing::Mix;
use super::pictures::Frame;

/// An array on the host, row-major; the first axis is the rows.
#[derive(Clone, Debug, PartialEq)]
pub struct HostTensor {
    pub shape: Vec<usize>,
    pub values: HostValues,
    /// Of each axis that differs from row to row, by its place: how many places of each row are real; the rest is padding
    /// (zeros).
    pub lengths: Vec<(usize, Vec<usize>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum HostValues {
    F32(Vec<f32>),
    /// Indices: categories, tokens.
    I64(Vec<i64>),
}

/// One batch. Rows are numbered per data set, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Rows taken from each data set of the pipeline (empty for a data set that the batch does not touch).
    pub rows: Vec<Vec<usize>>,
    /// One per input of the pipeline.
    pub inputs: Vec<HostTensor>,
    /// Of each input that rows may lack, which rows have it; the values of the others are zeros that count for nothing.
    pub present: Vec<Option<Vec<bool>>>,
    /// One per task of the pipeline.
    pub targets: Vec<TargetBatch>,
    /// Of a part of a batch that several processes share, how many rows of each data set the whole has.
    pub whole: Option<Vec<usize>>,
}

/// A task's targets in a batch, aligned with the rows of its head's output (data sets stacked in the
/// order of the head node's `rows`).
#[derive(Clone, Debug, PartialEq)]
pub struct TargetBatch {
    /// Of each target after its steps; rows without a label hold zeros.
    pub values: Vec<HostTensor>,
    /// Whether a row has the label.
    pub present: Vec<bool>,
    /// Per row: the class weight, else 1.
    pub row_weights: Vec<f32>,
    /// Of each target that some rows do not have, though they have the label: which have it.
    pub having: Vec<Option<Vec<bool>>>,
    /// Of each target, how much each of its places counts; `None` if all count alike.
    pub place_weights: Vec<Option<PlaceWeights>>,
    /// Of a label whose boxes lie in pictures: how the places of the picture of each row have become those of the picture that the model is given,
    /// with or without a label; nothing of other labels.
    pub frames: Vec<Frame>,
    /// Where rows are mixed, what each is made of; nothing else.
    pub mix: Mix,
    /// Further labels of rows that are mixed, each counted by its share in `row_weights`: the loss of a row is the sum over all.
    pub others: Vec<TargetBatch>,
}

/// How much the places of a target count, aligned with its values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlaceWeights {
    /// Of each place: the weight of its class, or 0 if it counts nowhere. What stands there then is any class.
    pub weights: Vec<f32>,
    /// How many places of each row count, whatever their weights.
    pub counted: Vec<usize>,
}

impl TargetBatch {
    /// Whether a row has the label, and something to compare with for this target.
    pub fn has(&self, target: usize, row: usize) -> bool {
        let having = self.having.get(target).and_then(Option::as_ref);
        self.present[row] && having.is_none_or(|having| having[row])
    }

    /// How many places of a row count for a target.
    pub fn places(&self, target: usize, row: usize) -> usize {
        match self.place_weights.get(target) {
            Some(Some(places)) => places.counted[row],
            _ => self.values[target].places(row),
        }
    }
}

impl Batch {
    /// Which rows have an input, as indices.
    pub fn presence(&self, input: usize) -> HostTensor {
        let rows = self.inputs[input].rows();
        let present = self.present.get(input).and_then(Option::as_ref);
        let values =
            present.map_or_else(|| vec![1; rows], |present| present.iter().map(|one| i64::from(*one)).collect());
        HostTensor { shape: vec![rows], values: HostValues::I64(values), lengths: Vec::new() }
    }
}

impl HostTensor {
    pub fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    /// Tokens each one place later, behind a start of zero; the last one of a row is left out.
    pub fn previous(&self) -> HostTensor {
        let time = self.shape.get(1).copied().unwrap_or(1).max(1);
        let values = match &self.values {
            HostValues::I64(tokens) => {
                let later = |row: &[i64]| std::iter::once(0).chain(row[..time - 1].iter().copied()).collect::<Vec<_>>();
                HostValues::I64(tokens.chunks(time).flat_map(later).collect())
            }
            other => other.clone(),
        };
        HostTensor { values, ..self.clone() }
    }

    /// How many places a row has along the axes behind the rows, padding left out: the tokens of a text.
    pub fn places(&self, row: usize) -> usize {
        let of_axis = |axis: usize| {
            let own = self.lengths.iter().find(|(place, _)| *place == axis);
            own.map_or(self.shape[axis], |(_, lengths)| lengths[row])
        };
        (1..self.shape.len()).map(of_axis).product()
    }

    /// Tokens with padding up to so many places; `None` if they are none or have as many.
    pub fn widened(&self, places: usize) -> Option<HostTensor> {
        let (HostValues::I64(tokens), [rows, own], [(1, _)]) =
            (&self.values, self.shape.as_slice(), self.lengths.as_slice())
        else {
            return None;
        };
        if *own >= places {
            return None;
        }
        let row = |row: &[i64]| row.iter().copied().chain(std::iter::repeat_n(0, places - own)).collect::<Vec<_>>();
        let values = tokens.chunks((*own).max(1)).flat_map(row).collect();
        Some(HostTensor { shape: vec![*rows, places], values: HostValues::I64(values), lengths: self.lengths.clone() })
    }

    /// Each row so many times in a row.
    pub fn repeated(&self, times: usize) -> HostTensor {
        let width = self.shape.iter().skip(1).product();
        let values = match &self.values {
            HostValues::F32(values) => HostValues::F32(repeat(values, width, times)),
            HostValues::I64(values) => HostValues::I64(repeat(values, width, times)),
        };
        let mut shape = self.shape.clone();
        if let Some(rows) = shape.first_mut() {
            *rows *= times;
        }
        let lengths = self.lengths.iter().map(|(axis, lengths)| (*axis, repeat(lengths, 1, times))).collect();
        HostTensor { shape, values, lengths }
    }

    /// The first row of each of several, then the second of each: those of one shape and kind, whose rows are all as long.
    pub fn by_row(several: &[&HostTensor]) -> HostTensor {
        let mut shape = several[0].shape.clone();
        let width = shape.iter().skip(1).product();
        if let Some(rows) = shape.first_mut() {
            *rows *= several.len();
        }
        let (mut numbers, mut indices) = (Vec::new(), Vec::new());
        for one in several {
            match &one.values {
                HostValues::F32(values) => numbers.push(values.as_slice()),
                HostValues::I64(values) => indices.push(values.as_slice()),
            }
        }
        let values = match indices.is_empty() {
            true => HostValues::F32(interleaved(&numbers, width)),
            false => HostValues::I64(interleaved(&indices, width)),
        };
        HostTensor { shape, values, lengths: Vec::new() }
    }
}

/// The first row of each, so many wide, then the second of each.
pub fn interleaved<T: Copy>(several: &[&[T]], width: usize) -> Vec<T> {
    let width = width.max(1);
    let rows = several.first().map_or(0, |first| first.len() / width);
    (0..rows).flat_map(|row| several.iter().flat_map(move |one| &one[row * width..][..width])).copied().collect()
}

/// Each row of values, so many wide, so many times in a row.
pub fn repeat<T: Copy>(values: &[T], width: usize, times: usize) -> Vec<T> {
    values.chunks(width.max(1)).flat_map(|row| std::iter::repeat_n(row, times).flatten().copied()).collect()
}
