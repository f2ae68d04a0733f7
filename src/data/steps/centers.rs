//! `centers`: heats of middles, edges, and how much each place counts for these.

use mtlc_maps::peaks::around;

use super::{Refusal, StepHalf};
use crate::answers::Located;
use crate::catalog::steps::centers::{Centers, EDGES};
use crate::data::training::Training;
use crate::data::values::Values;

/// Where heat has fallen to e^−4.5 it is no longer spread.
const DEVIATIONS: f32 = 3.0;

impl StepHalf for Centers {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, (): &(), values: Values) -> Result<Values, Refusal> {
        let Values::Boxes(placed) = values else { return Err(Refusal::new("takes boxes")) };
        let (height, width) = self.size();
        let map = Map { classes: placed.classes, height, width, spread: self.spread as f32 };
        let mut values = vec![0.0; placed.sizes.len() * map.numbers()];
        for ((row, size), numbers) in placed.sizes.iter().enumerate().zip(values.chunks_exact_mut(map.numbers().max(1)))
        {
            map.fill(placed.boxes.row(row), *size, numbers);
        }
        Ok(Values::Single { shape: vec![map.classes + EDGES + 1, height, width], values })
    }
}

pub(super) struct Map {
    pub classes: usize,
    pub height: usize,
    pub width: usize,
    pub spread: f32,
}

impl Map {
    fn numbers(&self) -> usize {
        (self.classes + EDGES + 1) * self.height * self.width
    }

    /// Says of each place whose it is, by the number of the box.
    pub fn fill(&self, boxes: &[Located], (high, wide): (usize, usize), numbers: &mut [f32]) -> Vec<Option<usize>> {
        let places = self.height * self.width;
        let mut owner = vec![None; places];
        if high == 0 || wide == 0 {
            return owner;
        }
        let (down, across) = (self.height as f32 / high as f32, self.width as f32 / wide as f32);
        let scaled = |one: &Located| {
            let [left, top, right, bottom] = one.edges;
            Located { edges: [left * across, top * down, right * across, bottom * down], ..*one }
        };
        let boxes: Vec<Located> = boxes.iter().map(scaled).collect();
        // Of places that two want, the smaller has them: it comes last. So what a box loses to a smaller one no longer counts.
        let mut order: Vec<usize> = (0..boxes.len()).collect();
        order.sort_by(|one, other| boxes[*other].area().total_cmp(&boxes[*one].area()));
        let mut heats = vec![0.0; places];
        for number in order {
            let one = &boxes[number];
            self.spread_heat(one, |place, heat| {
                let own = &mut numbers[one.class as usize * places + place];
                *own = own.max(heat);
                owner[place] = Some(number);
                heats[place] = heat;
            });
        }
        let mut sums = vec![0.0; boxes.len()];
        for (owner, heat) in owner.iter().zip(&heats) {
            owner.iter().for_each(|owner: &usize| sums[*owner] += heat);
        }
        for (place, number) in owner.iter().enumerate() {
            let Some(number) = *number else { continue };
            for (edge, value) in boxes[number].edges.iter().enumerate() {
                numbers[(self.classes + edge) * places + place] = *value;
            }
            numbers[(self.classes + EDGES) * places + place] = heats[place] / sums[number];
        }
        owner
    }

    /// The places near the middle of a box, with their heat.
    fn spread_heat(&self, one: &Located, mut take: impl FnMut(usize, f32)) {
        let [left, top, right, bottom] = one.edges;
        let middle = |low: f32, high: f32, size: usize| (((low + high) / 2.0).max(0.0) as usize).min(size - 1);
        let (row, column) = (middle(top, bottom, self.height), middle(left, right, self.width));
        let reach = |size: f32| (size / 2.0 * self.spread).max(0.0);
        let (down, across) = (reach(one.height()), reach(one.width()));
        let fall = |away: f32, reach: f32| {
            let deviation = (2.0 * reach + 1.0) / (2.0 * DEVIATIONS);
            away * away / (2.0 * deviation * deviation)
        };
        for y in around(row, self.height, down as usize) {
            for x in around(column, self.width, across as usize) {
                let (dy, dx) = (y as f32 - row as f32, x as f32 - column as f32);
                take(y * self.width + x, (-fall(dy, down) - fall(dx, across)).exp());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Boxes;
    use crate::data::boxes::Placed;

    fn map(boxes: Vec<Located>, step: &Centers) -> Vec<f32> {
        let placed = Placed { classes: 2, boxes: Boxes::of_rows([boxes].into_iter()), sizes: vec![(32, 64)] };
        match step.apply(&(), Values::Boxes(placed)) {
            Ok(Values::Single { shape, values }) => {
                assert_eq!(shape, [7, 8, 16]);
                values
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_middle_is_hot_and_places_near_it_know_the_edges() {
        let step = Centers { height: 8, width: Some(16), spread: 0.54 };
        // In places of the map: from (4, 2) to (10, 6), its middle in column 7 of row 4.
        let values = map(vec![Located::label(1, [16.0, 8.0, 40.0, 24.0])], &step);
        let at = |channel: usize, row: usize, column: usize| values[(channel * 8 + row) * 16 + column];
        assert_eq!(at(1, 4, 7), 1.0);
        assert_eq!((at(0, 4, 7), at(1, 0, 0)), (0.0, 0.0));
        // 0.54 of half the width of 6 reaches one place across, 0.54 of half the height of 4 one place down; deviations (2·1.62 + 1) / 6 and (2·1.08 + 1) / 6.
        let expected = |reach: f32| (-1.0 / (2.0 * ((2.0 * reach + 1.0) / 6.0).powi(2))).exp();
        assert!((at(1, 4, 8) - expected(1.62)).abs() < 1e-6 && (at(1, 3, 7) - expected(1.08)).abs() < 1e-6);
        assert_eq!((at(1, 4, 9), at(1, 2, 7)), (0.0, 0.0));
        for (edge, wanted) in [4.0, 2.0, 10.0, 6.0].into_iter().enumerate() {
            assert_eq!((at(2 + edge, 4, 7), at(2 + edge, 3, 6)), (wanted, wanted));
        }
        let weights: f32 = values[6 * 128..].iter().sum();
        assert!((weights - 1.0).abs() < 1e-5, "{weights}");
    }

    #[test]
    fn of_two_boxes_the_smaller_has_the_places_between() {
        let step = Centers { height: 8, width: Some(16), spread: 1.0 };
        let (large, small) = (Located::label(0, [0.0, 0.0, 40.0, 32.0]), Located::label(1, [16.0, 12.0, 24.0, 20.0]));
        for boxes in [vec![large, small], vec![small, large]] {
            let values = map(boxes, &step);
            // The middle of both lies in column 5 of row 4.
            assert_eq!(values[2 * 128 + 4 * 16 + 5], 4.0, "the left edge of the small one");
            let weights: f32 = values[6 * 128..].iter().sum();
            assert!((weights - 2.0).abs() < 1e-5, "each box counts as much: {weights}");
        }
    }

    #[test]
    fn nothing_is_nowhere() {
        let step = Centers { height: 8, width: Some(16), spread: 0.54 };
        assert!(map(Vec::new(), &step).iter().all(|value| *value == 0.0));
    }
}
