//! `grouping`: classes, heats of middles, and ways to them.

use mtlc_maps::peaks::around;

use super::{Refusal, StepHalf};
use crate::answers::Located;
use crate::catalog::steps::grouping::{CHANNELS, Grouping};
use crate::data::training::Training;
use crate::data::values::Values;

impl StepHalf for Grouping {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, (): &(), values: Values) -> Result<Values, Refusal> {
        let Values::Instances(placed) = values else { return Err(Refusal::new("takes instances")) };
        let (height, width) = self.size();
        let map = Map { height, width, spread: self.spread as f32 };
        let mut values = vec![0.0; placed.maps.len() * CHANNELS * height * width];
        let rows = values.chunks_exact_mut((CHANNELS * height * width).max(1));
        for (row, numbers) in rows.enumerate() {
            map.fill(placed.boxes.boxes.row(row), &placed.maps[row], placed.boxes.sizes[row], numbers);
        }
        Ok(Values::Single { shape: vec![CHANNELS, height, width], values })
    }
}

struct Map {
    height: usize,
    width: usize,
    spread: f32,
}

impl Map {
    /// `of_pixels` says of each pixel of the picture which thing it is of, 1 for the first.
    fn fill(&self, things: &[Located], of_pixels: &[u16], (high, wide): (usize, usize), numbers: &mut [f32]) {
        if high == 0 || wide == 0 {
            return;
        }
        let places = self.height * self.width;
        // The pixel in the middle of each place.
        let of_place = |place: usize| {
            let row = (2 * (place / self.width) + 1) * high / (2 * self.height);
            let column = (2 * (place % self.width) + 1) * wide / (2 * self.width);
            usize::from(of_pixels[row * wide + column])
        };
        let owners: Vec<usize> = (0..places).map(of_place).collect();
        let mut sums = vec![[0.0_f32; 3]; things.len() + 1];
        for (place, owner) in owners.iter().enumerate() {
            let sum = &mut sums[*owner];
            sum[0] += (place / self.width) as f32;
            sum[1] += (place % self.width) as f32;
            sum[2] += 1.0;
        }
        let middles: Vec<[f32; 2]> =
            sums[1..].iter().map(|[rows, columns, count]| [rows / count, columns / count]).collect();
        for (middle, _) in middles.iter().zip(&sums[1..]).filter(|(_, [.., count])| *count > 0.0) {
            self.warm(*middle, &mut numbers[places..2 * places]);
        }
        for (place, owner) in owners.into_iter().enumerate().filter(|(_, owner)| *owner > 0) {
            let [down, across] = middles[owner - 1];
            numbers[place] = (things[owner - 1].class + 1) as f32;
            numbers[2 * places + place] = down - (place / self.width) as f32;
            numbers[3 * places + place] = across - (place % self.width) as f32;
            numbers[4 * places + place] = 1.0 / sums[owner][2];
        }
    }

    /// Heat around a middle; the place that holds it has 1.
    fn warm(&self, middle: [f32; 2], heats: &mut [f32]) {
        let [row, column] = middle.map(|at| at.round() as usize);
        let reach = (3.0 * self.spread).ceil() as usize;
        for y in around(row, self.height, reach) {
            for x in around(column, self.width, reach) {
                let (dy, dx) = (y.abs_diff(row) as f32, x.abs_diff(column) as f32);
                let heat = &mut heats[y * self.width + x];
                *heat = heat.max((-(dy * dy + dx * dx) / (2.0 * self.spread * self.spread)).exp());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Boxes;
    use crate::data::{boxes, instances};

    #[test]
    fn places_know_their_class_and_the_way_to_the_middle() {
        let things = vec![Located::label(1, [0.0; 4]), Located::label(0, [0.0; 4])];
        // A picture of 4 × 8: the first thing has three pixels of the first line, the second a block at the end.
        let mut map = vec![0_u16; 32];
        [0, 1, 2].iter().for_each(|place| map[*place] = 1);
        [22, 23, 30, 31].iter().for_each(|place| map[*place] = 2);
        let boxes = boxes::Placed { classes: 2, boxes: Boxes::of_rows([things].into_iter()), sizes: vec![(4, 8)] };
        let placed = instances::Placed { boxes, maps: vec![map] };
        let step = Grouping { height: 4, width: Some(8), spread: 1.0 };
        let Ok(Values::Single { shape, values }) = step.apply(&(), Values::Instances(placed)) else {
            panic!("numbers")
        };
        assert_eq!(shape, [5, 4, 8]);
        let at = |channel: usize, row: usize, column: usize| values[channel * 32 + row * 8 + column];
        assert_eq!((at(0, 0, 0), at(0, 3, 7), at(0, 1, 1)), (2.0, 1.0, 0.0));
        assert_eq!((at(1, 0, 1), at(1, 3, 7)), (1.0, 1.0), "2.5 and 6.5 are rounded away from zero");
        assert!((at(1, 0, 2) - (-0.5_f32).exp()).abs() < 1e-6);
        assert_eq!((at(2, 2, 6), at(3, 2, 6), at(3, 0, 0), at(3, 0, 2)), (0.5, 0.5, 1.0, -1.0));
        let weights: f32 = values[4 * 32..].iter().sum();
        assert!((weights - 2.0).abs() < 1e-6);
    }
}
