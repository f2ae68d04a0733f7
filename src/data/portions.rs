//! The part of a batch that one of several processes computes with, and what it makes for it: its own rows, and those that a step mixes into them, wherever they belong, since every
//! process has all data.

use super::batch::{Batch, HostTensor, HostValues, PlaceWeights, TargetBatch};
use super::draws::Drawing;
use super::mixing::{Mix, Neighbours};
use super::prepare::{Held, Prepared, PreparedInput};

/// Which of so many parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portion {
    pub rank: usize,
    pub size: usize,
}

impl Portion {
    pub const ALL: Portion = Portion { rank: 0, size: 1 };

    /// The rows of a batch that belong to it: of each data set, every so manieth.
    pub fn of(self, rows: &[Vec<usize>]) -> Vec<Vec<usize>> {
        rows.iter().map(|rows| self.places(rows.len()).map(|place| rows[place]).collect()).collect()
    }

    /// Where they stand among so many rows of a data set.
    fn places(self, rows: usize) -> impl Iterator<Item = usize> {
        (self.rank..rows).step_by(self.size)
    }
}

/// The rows that are made of an input for a portion of a batch.
#[derive(Debug)]
pub(super) struct Making {
    /// By data set, in the order of the batch.
    pub rows: Vec<Vec<usize>>,
    /// Of each row whether it belongs to the portion.
    own: Vec<Vec<bool>>,
    /// How those that have the input stand among all of the batch that have it; `None` if these are all, or nothing is mixed.
    pub neighbours: Option<Neighbours>,
}

impl Making {
    /// No more than what belongs to the portion.
    pub fn own(rows: Vec<Vec<usize>>) -> Self {
        let own = rows.iter().map(|rows| vec![true; rows.len()]).collect();
        Self { rows, own, neighbours: None }
    }

    /// The places of the portion's rows among those that are made, of some data sets one below the other; `None` if these are all.
    pub fn kept(&self, sets: impl Iterator<Item = usize>) -> Option<Vec<usize>> {
        let own: Vec<bool> = sets.flat_map(|set| self.own[set].iter().copied()).collect();
        own.contains(&false).then(|| (0..own.len()).filter(|place| own[*place]).collect())
    }
}

impl Prepared {
    /// The portion of a batch that one of several processes computes with; `whole` are the rows of all.
    pub fn batch_of(&self, whole: &[Vec<usize>], portion: Portion, drawing: Option<Drawing>) -> Batch {
        let mut having = Vec::new();
        let (mut inputs, mut present) = (Vec::new(), Vec::new());
        let (mut makings, mut frames, mut mixes) = (Vec::new(), Vec::new(), Vec::new());
        for input in &self.inputs {
            let making = input.making(whole, portion, drawing);
            let (mut values, mut given, (places, mix)) = input.gather(&making, drawing, &mut having);
            if let Some(kept) = making.kept(input.stacked.iter().map(|set| set.data)) {
                values = values.only(&kept);
                given = given.map(|given| picked(&given, 1, &kept));
            }
            inputs.push(values);
            present.push(given);
            frames.push(places);
            mixes.push(mix);
            makings.push(making);
        }
        let own = Making::own(portion.of(whole));
        let targets = self.tasks.iter().map(|task| {
            let making = task.mixed_by.or(task.follows).map_or(&own, |input| &makings[input]);
            let mix = self.mix_of(task, &making.rows, &mixes);
            let batch = self.targets_of(task, &making.rows, &frames, mix, drawing);
            match making.kept(task.stacked.iter().copied()) {
                Some(kept) => batch.only(&kept),
                None => batch,
            }
        });
        let targets = targets.collect();
        let counts = (portion != Portion::ALL).then(|| whole.iter().map(Vec::len).collect());
        Batch { rows: own.rows.clone(), inputs, present, targets, whole: counts }
    }
}

impl PreparedInput {
    /// What is to be made of it for a portion of a batch.
    pub(super) fn making(&self, whole: &[Vec<usize>], portion: Portion, drawing: Option<Drawing>) -> Making {
        let reach = match &self.held {
            Held::Computed(computed) if drawing.is_some() && portion != Portion::ALL => computed.reach(),
            _ => 0,
        };
        if reach == 0 {
            return Making::own(portion.of(whole));
        }
        let mut picked = Vec::new();
        self.pick(whole, drawing, &mut picked);
        let mut made = Making::own(portion.of(whole));
        let mut among = Vec::with_capacity(self.stacked.len());
        let mut start = 0;
        for set in &self.stacked {
            let rows = &whole[set.data];
            let having: Vec<usize> = (0..rows.len()).filter(|place| picked[start + place].is_some()).collect();
            start += rows.len();
            let (mut wanted, mut own) = (vec![false; rows.len()], vec![false; rows.len()]);
            for place in portion.places(rows.len()) {
                (wanted[place], own[place]) = (true, true);
                let Ok(number) = having.binary_search(&place) else { continue };
                for before in 1..=reach {
                    wanted[having[(number + having.len() - before % having.len()) % having.len()]] = true;
                }
            }
            let places = || (0..rows.len()).filter(|place| wanted[*place]);
            let numbers = (0..having.len()).filter(|number| wanted[having[*number]]).collect();
            among.push((numbers, having.len()));
            made.rows[set.data] = places().map(|place| rows[place]).collect();
            made.own[set.data] = places().map(|place| own[place]).collect();
        }
        made.neighbours = Some(Neighbours::among(among));
        made
    }
}

impl HostTensor {
    /// Some of the rows, padded as they were.
    pub fn only(&self, rows: &[usize]) -> HostTensor {
        let width = self.shape.iter().skip(1).product();
        let values = match &self.values {
            HostValues::F32(values) => HostValues::F32(picked(values, width, rows)),
            HostValues::I64(values) => HostValues::I64(picked(values, width, rows)),
        };
        let mut shape = self.shape.clone();
        if let Some(count) = shape.first_mut() {
            *count = rows.len();
        }
        let lengths = self.lengths.iter().map(|(axis, lengths)| (*axis, picked(lengths, 1, rows))).collect();
        HostTensor { shape, values, lengths }
    }
}

impl TargetBatch {
    /// Some of the rows. What they are made of is told by their places before.
    pub(super) fn only(self, rows: &[usize]) -> TargetBatch {
        let of_places = |weights: PlaceWeights| {
            let width = weights.weights.len() / weights.counted.len().max(1);
            PlaceWeights { weights: picked(&weights.weights, width, rows), counted: picked(&weights.counted, 1, rows) }
        };
        let having = |having: Option<Vec<bool>>| having.map(|having| picked(&having, 1, rows));
        TargetBatch {
            values: self.values.iter().map(|values| values.only(rows)).collect(),
            present: picked(&self.present, 1, rows),
            row_weights: picked(&self.row_weights, 1, rows),
            having: self.having.into_iter().map(having).collect(),
            place_weights: self.place_weights.into_iter().map(|weights| weights.map(of_places)).collect(),
            frames: if self.frames.is_empty() { self.frames } else { picked(&self.frames, 1, rows) },
            mix: if self.mix.is_empty() {
                self.mix
            } else {
                Mix::new(rows.iter().map(|row| self.mix.of(*row).to_vec()).collect())
            },
            others: self.others.into_iter().map(|other| other.only(rows)).collect(),
        }
    }
}

/// Some rows of values that are so many wide.
fn picked<T: Copy>(values: &[T], width: usize, rows: &[usize]) -> Vec<T> {
    rows.iter().flat_map(|row| &values[row * width..(row + 1) * width]).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_are_all_rows_once() {
        let rows = vec![(0..7).collect(), Vec::new(), vec![9, 8]];
        let parts: Vec<_> = (0..3).map(|rank| Portion { rank, size: 3 }.of(&rows)).collect();
        assert_eq!(parts[0], [vec![0, 3, 6], vec![], vec![9]]);
        assert_eq!(parts[2], [vec![2, 5], vec![], vec![]]);
        assert_eq!(Portion::ALL.of(&rows), rows);
    }

    #[test]
    fn some_rows_keep_their_lengths() {
        let values = HostValues::I64(vec![1, 2, 3, 0, 4, 5]);
        let tokens = HostTensor { shape: vec![3, 2], values, lengths: vec![(1, vec![2, 1, 2])] };
        let some =
            HostTensor { shape: vec![2, 2], values: HostValues::I64(vec![4, 5, 3, 0]), lengths: vec![(1, vec![2, 1])] };
        assert_eq!(tokens.only(&[2, 1]), some);
    }
}
