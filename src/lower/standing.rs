//! Where rows stand that are places of the rows of a batch, as within `each`: what is drawn for one is a function of its row in the batch of all
//! processes and of its place there, so that neither other rows nor who has them matter.

use std::sync::Arc;

use super::layers::{self, Forward};
use super::model::Model;
use super::trace::Trace;
use crate::catalog::layers::LayerDef;

/// Far enough apart for the draws of two places: an odd number, so that no two places of a batch are the same.
pub const STRIDE: u64 = 0x0000_0100_0000_01b3;

/// Of each row the way to it: its row in the batch of all processes, its place in that, and so on, as deep as `each` stands within `each`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many numbers lead to a row.
    depth: usize,
    ways: Vec<u32>,
}

impl Standing {
    /// Of the rows of a batch, by their numbers in it.
    pub fn of_batch(rows: &[usize]) -> Self {
        Self { depth: 1, ways: rows.iter().map(|row| *row as u32).collect() }
    }

    /// Of places of these rows: which row, and which place of it.
    pub fn of_places(&self, places: impl Iterator<Item = (usize, usize)>) -> Self {
        let ways = places.flat_map(|(row, place)| self.way(row).iter().copied().chain([place as u32]));
        Self { depth: self.depth + 1, ways: ways.collect() }
    }

    /// In ascending order they are in the order that one process has them in.
    pub fn way(&self, row: usize) -> &[u32] {
        &self.ways[row * self.depth..(row + 1) * self.depth]
    }

    pub fn rows(&self) -> usize {
        self.ways.len() / self.depth.max(1)
    }

    /// For each row the number that it draws by.
    pub fn numbers(&self) -> Vec<u64> {
        let number =
            |way: &[u32]| way.iter().fold(0u64, |at, step| at.wrapping_mul(STRIDE).wrapping_add(u64::from(*step)));
        self.ways.chunks_exact(self.depth.max(1)).map(number).collect()
    }
}

impl Model {
    /// Finds for each step the one that made its rows of places, if these are no rows of the batch.
    pub(super) fn find_places_within(&mut self) {
        for index in 0..self.steps.len() {
            let step = &self.steps[index];
            let of_input = |place: usize| step.inputs.get(place).and_then(|input| self.steps[*input].within);
            self.steps[index].within = match step.layer() {
                Some(LayerDef::SplitPlaces(_)) => Some(index),
                // The second input is the whole that the first has been taken out of.
                Some(LayerDef::JoinPlaces(_)) => of_input(1),
                _ => of_input(0),
            };
        }
    }
}

impl Trace {
    /// Where the rows of a step stand, if they are places of the batch's rows.
    pub fn standing(&self, model: &Model, step: usize) -> Option<&Arc<Standing>> {
        self.standing.get(&model.steps[step].within?)
    }

    /// Where the rows stand that a step is given.
    pub(super) fn standing_before(&self, model: &Model, step: usize) -> Option<&Arc<Standing>> {
        self.standing(model, *model.steps[step].inputs.first()?)
    }

    /// Notes where the rows stand that a step has made, if it makes rows.
    pub(super) fn note_standing(&mut self, model: &Model, step: usize) {
        if !self.mode().training || model.steps[step].within != Some(step) {
            return;
        }
        let standing = self.call(model, step).and_then(|call| {
            let layer = model.steps[step].layer()?;
            layers::compute(layer).stands(&call.forward(model, step))
        });
        self.standing.extend(standing.map(|standing| (step, Arc::new(standing))));
    }
}

impl Forward<'_> {
    /// The place of each row of the batch among the rows of all processes, so that each draws what it would draw if one had them all.
    pub fn places(&self) -> Vec<usize> {
        let rows = self.inputs[0].shape()[0];
        let known = self.together.and_then(|together| together.places?.of(together.sets, rows));
        known.map_or_else(|| (0..rows).collect(), |(places, _)| places)
    }

    /// For each row the number that it draws by.
    pub fn row_numbers(&self) -> Vec<u64> {
        match self.among_places() {
            Some(standing) => standing.numbers(),
            None => self.places().into_iter().map(|row| row as u64).collect(),
        }
    }

    /// Where its rows stand if they are places, and no more than one that stands in where there are none: that one stands nowhere.
    pub fn among_places(&self) -> Option<&Standing> {
        self.standing.filter(|standing| standing.rows() == self.inputs[0].shape()[0])
    }

    /// Whether the only row stands in for places that no row has, and is nobody's.
    pub fn stands_in(&self) -> bool {
        self.standing.is_some_and(|standing| standing.rows() == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_within_rows_is_known_by_its_way() {
        // Rows 4 and 1 of a batch; of the first two places, of the second one, and of each of these two more.
        let rows = Standing::of_batch(&[4, 1]);
        let places = rows.of_places([(0, 0), (0, 1), (1, 0)].into_iter());
        let parts = places.of_places((0..3).flat_map(|row| [(row, 0), (row, 1)]));
        assert_eq!((rows.rows(), places.rows(), parts.rows()), (2, 3, 6));
        assert_eq!(parts.way(3), [4, 1, 1]);
        assert_eq!(parts.way(4), [1, 0, 0]);
        assert_eq!(rows.numbers(), [4, 1]);
        assert_eq!(places.numbers(), [4 * STRIDE, 4 * STRIDE + 1, STRIDE]);
        // Whoever has the rows, and in whatever order.
        let others = Standing::of_batch(&[7, 1]).of_places([(0, 0), (1, 0)].into_iter());
        assert_eq!(others.numbers()[1], places.numbers()[2]);
    }
}
