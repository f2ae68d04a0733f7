//! Rows of a batch that are mixed while they are trained on, and what becomes of their labels.
//!
//! A step that mixes rows is given the pictures of a batch, and says of each row what it is made of: a [`Mix`]. A row is mixed with those [before](Neighbours::before) it in the batch,
//! whose order is the plan's, so that a run which goes on in the middle of an epoch mixes what it would have mixed, on any number of threads.
//!
//! Labels follow in one of two ways ([`Mixing`](crate::catalog::steps::Mixing)). By shares, a row has several labels, each with a weight of its own: the first stand in the task's
//! [`TargetBatch`], the others in [`TargetBatch::others`], and its loss is the sum over all of them, whatever the loss is. By pieces, what lies in the picture of each row goes to where its piece of the picture
//! stands, and what is seen there of boxes and things is of the whole; of a map each place is what lies there. A task that has no label of a row that takes part has none of what comes of it, by shares as far as the share goes.

use std::ops::Range;

use super::batch::TargetBatch;
use super::draws::Draws;
use super::maps::pieces_laid_in;
use super::moved::maps_put_together;
use super::pictures::Frame;
use super::prepare::{Prepared, PreparedTask};

/// A part of what a row is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// The row that it is of, by its place among those that are mixed.
    pub of: usize,
    /// How much the label of that row counts.
    pub share: f64,
    /// Where the picture of that row stands, if the whole is put together of several.
    pub piece: Option<Piece>,
}

/// Where a piece of a picture stands in a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece {
    /// Where the places of the picture have come to in the piece.
    pub frame: Frame,
    pub top: usize,
    pub left: usize,
}

/// What each of some rows is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mix(Vec<Vec<Part>>);

impl Mix {
    pub fn new(parts: Vec<Vec<Part>>) -> Self {
        Self(parts)
    }

    /// Every row of itself alone.
    pub fn none(rows: usize) -> Self {
        Self((0..rows).map(|row| vec![Part::alone(row)]).collect())
    }

    /// Whether nothing is said of any row.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether some row is put together of pieces.
    pub fn has_pieces(&self) -> bool {
        self.0.iter().flatten().any(|part| part.piece.is_some())
    }

    pub fn of(&self, row: usize) -> &[Part] {
        self.0.get(row).map_or(&[], Vec::as_slice)
    }

    /// What rows are made of that are mixed by this after they have been mixed before.
    pub fn after(self, first: &Mix) -> Mix {
        let of_row = |parts: Vec<Part>| {
            let mut all: Vec<Part> = Vec::new();
            for part in parts {
                for before in first.of(part.of) {
                    let own =
                        Part { of: before.of, share: part.share * before.share, piece: part.piece.or(before.piece) };
                    match all
                        .iter_mut()
                        .find(|other| other.of == own.of && own.piece.is_none() && other.piece.is_none())
                    {
                        Some(other) => other.share += own.share,
                        None => all.push(own),
                    }
                }
            }
            all
        };
        Mix(self.0.into_iter().map(of_row).collect())
    }

    /// Of rows some of which were not there to be mixed: `places` says of each which of the mixed ones it is.
    pub fn spread(self, places: &[Option<usize>]) -> Mix {
        let back: Vec<usize> = (0..places.len()).filter(|row| places[*row].is_some()).collect();
        let of_row = |(row, place): (usize, &Option<usize>)| match place {
            Some(place) => self.of(*place).iter().map(|part| Part { of: back[part.of], ..*part }).collect(),
            None => vec![Part::alone(row)],
        };
        Mix(places.iter().enumerate().map(of_row).collect())
    }
}

impl Part {
    pub fn alone(row: usize) -> Self {
        Self { of: row, share: 1.0, piece: None }
    }
}

/// Which rows may be mixed with each other: those of a data set, in the order of the batch. Of a part of a batch, some are not there.
#[derive(Clone, Debug)]
pub struct Neighbours {
    sets: Vec<Set>,
}

/// The rows of a data set.
#[derive(Clone, Debug)]
struct Set {
    /// Where they stand, one data set below the other.
    rows: Range<usize>,
    /// The number of each among those of the whole batch, ascending, and how many these are.
    numbers: Vec<usize>,
    whole: usize,
}

impl Neighbours {
    /// Of data sets that have so many rows each, stacked in this order.
    pub fn new(counts: impl Iterator<Item = usize>) -> Self {
        Self::among(counts.map(|count| ((0..count).collect(), count)).collect())
    }

    /// Of each data set the numbers that its rows have among those of the whole batch, and how many these are.
    pub fn among(sets: Vec<(Vec<usize>, usize)>) -> Self {
        let mut start = 0;
        let set = |(numbers, whole): (Vec<usize>, usize)| {
            let rows = start..start + numbers.len();
            start = rows.end;
            Set { rows, numbers, whole }
        };
        Self { sets: sets.into_iter().map(set).collect() }
    }

    pub fn rows(&self) -> usize {
        self.sets.last().map_or(0, |set| set.rows.end)
    }

    /// The row so many places before one; before the first comes the last. `None` if it is not there, as for a row that is there for others alone.
    pub fn before(&self, row: usize, places: usize) -> Option<usize> {
        let set = self.sets.iter().find(|set| set.rows.contains(&row))?;
        let number = (set.numbers[row - set.rows.start] + set.whole - places % set.whole) % set.whole;
        set.numbers.binary_search(&number).ok().map(|place| set.rows.start + place)
    }

    /// Of each row the one before it and how much of itself is left, λ, if it is among the share that is mixed. The draw with number 0 says so; those below
    /// [`Pair::OWN`] are free.
    pub fn pairs(&self, draws: &Draws, share: f64, alpha: f64) -> Vec<Option<Pair>> {
        let pair = |row: usize| {
            let (own, other) = (draws.row(row), self.before(row, 1)?);
            (other != row && own.uniform(0) < share).then(|| Pair { other, lambda: own.beta(Pair::OWN, alpha) })
        };
        (0..self.rows()).map(pair).collect()
    }
}

/// A row that another one is mixed with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    pub other: usize,
    /// The share of the row itself.
    pub lambda: f64,
}

impl Pair {
    /// From this number on draws are for λ.
    const OWN: usize = 8;

    /// What a row is made of that has this share of itself and the rest of the other.
    pub fn parts(self, row: usize, own: f64) -> Vec<Part> {
        let part = |of: usize, share: f64| Part { share, ..Part::alone(of) };
        [part(row, own), part(self.other, 1.0 - own)].into_iter().filter(|part| part.share > 0.0).collect()
    }
}

impl Prepared {
    /// What the rows of a task are made of, given what those of each input are, if its labels are to be mixed.
    pub(super) fn mix_of(&self, task: &PreparedTask, rows: &[Vec<usize>], mixes: &[Option<Mix>]) -> Option<Mix> {
        let input = task.mixed_by?;
        let mix = mixes[input].as_ref()?;
        let start = |sets: &mut dyn Iterator<Item = usize>| -> usize {
            sets.take_while(|data| *data != task.data).map(|data| rows[data].len()).sum()
        };
        // Labels are of one data set, and rows of one are mixed with each other alone.
        let theirs = start(&mut self.inputs[input].stacked.iter().map(|set| set.data));
        let own = start(&mut task.stacked.iter().copied());
        let all: usize = task.stacked.iter().map(|data| rows[*data].len()).sum();
        let of_row = |row: usize| match row.checked_sub(own).filter(|row| *row < rows[task.data].len()) {
            Some(row) => mix.of(theirs + row).iter().map(|part| Part { of: part.of - theirs + own, ..*part }).collect(),
            None => vec![Part::alone(row)],
        };
        Some(Mix((0..all).map(of_row).collect()))
    }
}

impl PreparedTask {
    /// The targets of rows that are mixed: `picked` says of each row which label it has by itself, and `weights` how much that counts.
    pub(super) fn mixed(&self, picked: &[Option<usize>], weights: &[f32], frames: &[Frame], mix: Mix) -> TargetBatch {
        let rows = || 0..picked.len();
        if self.following.is_some() || mix.has_pieces() {
            let whole = |row: usize| picked[row].filter(|_| mix.of(row).iter().all(|part| picked[part.of].is_some()));
            let present: Vec<Option<usize>> = rows().map(whole).collect();
            let values = self.targets.iter().map(|target| match target.host.put_together(picked, frames, &mix) {
                Some(values) => target.of_followed(values),
                None if mix.has_pieces() => {
                    let own = target.host.gather(picked);
                    match self.map_sizes {
                        Some(sizes) => pieces_laid_in(&own, sizes, frames, &mix),
                        None => maps_put_together(&own, frames, &mix),
                    }
                }
                None => target.host.gather(&present),
            });
            let values = values.collect();
            return TargetBatch { mix, ..self.target_batch(&present, weights.to_vec(), values) };
        }
        let most = rows().map(|row| mix.of(row).len()).max().unwrap_or(1).max(1);
        let of_number = |number: usize| {
            let part = |row: usize| mix.of(row).get(number);
            let picked: Vec<Option<usize>> = rows().map(|row| part(row).and_then(|part| picked[part.of])).collect();
            let weight = |row: usize| part(row).map_or(0.0, |part| (f64::from(weights[part.of]) * part.share) as f32);
            let values = self.targets.iter().map(|target| target.host.gather(&picked)).collect();
            self.target_batch(&picked, rows().map(weight).collect(), values)
        };
        let (first, others) = (of_number(0), (1..most).map(of_number).collect());
        TargetBatch { others, mix, ..first }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_among_those_of_their_data_set() {
        let neighbours = Neighbours::new([3, 0, 2, 1].into_iter());
        assert_eq!(neighbours.rows(), 6);
        let before = |places| (0..6).filter_map(|row| neighbours.before(row, places)).collect::<Vec<_>>();
        assert_eq!(before(1), [2, 0, 1, 4, 3, 5]);
        assert_eq!(before(3), [0, 1, 2, 4, 3, 5]);
        // Of five rows the first, the third and the last.
        let some = Neighbours::among(vec![(Vec::new(), 0), (vec![0, 2, 4], 5)]);
        let before = |places| (0..3).map(|row| some.before(row, places)).collect::<Vec<_>>();
        assert_eq!(before(1), [Some(2), None, None]);
        assert_eq!(before(2), [None, Some(0), Some(1)]);
    }

    #[test]
    fn what_is_mixed_twice_is_made_of_all() {
        let pair = |other, lambda, row| Pair { other, lambda }.parts(row, lambda);
        let first = Mix::new(vec![pair(1, 0.75, 0), pair(0, 0.5, 1)]);
        let both = Mix::new(vec![pair(1, 0.6, 0), pair(0, 1.0, 1)]).after(&first);
        // 0.6 of (¾, ¼) and 0.4 of (½, ½); the second row takes nothing of the first.
        let shares = |row: usize| both.of(row).iter().map(|part| (part.of, part.share)).collect::<Vec<_>>();
        assert_eq!(shares(0), [(0, 0.6 * 0.75 + 0.4 * 0.5), (1, 0.6 * 0.25 + 0.4 * 0.5)]);
        assert_eq!(shares(1), [(1, 0.5), (0, 0.5)]);
        // The second of three rows was not there to be mixed.
        let spread = both.spread(&[Some(0), None, Some(1)]);
        assert_eq!(spread.of(1), [Part::alone(1)]);
        assert_eq!(spread.of(2).iter().map(|part| part.of).collect::<Vec<_>>(), [2, 0]);
    }
}
