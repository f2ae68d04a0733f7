//! `moving_centers`: the maps of `centers` frame by frame, and where each box was in the frame before.

use super::centers::Map;
use super::{Refusal, StepHalf};
use crate::answers::{Located, Seen};
use crate::catalog::steps::centers::EDGES;
use crate::catalog::steps::moving_centers::{BACK, BESIDE, MovingCenters};
use crate::data::training::Training;
use crate::data::values::Values;

impl StepHalf for MovingCenters {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, (): &(), values: Values) -> Result<Values, Refusal> {
        let Values::Tracks(placed) = values else { return Err(Refusal::new("takes tracks")) };
        let (height, width) = self.size();
        let map = Map { classes: placed.classes, height, width, spread: self.spread as f32 };
        let channels = map.classes + BESIDE;
        let each = channels * height * width;
        let mut values = vec![0.0; placed.sizes.len() * self.frames * each];
        let rows = values.chunks_exact_mut((self.frames * each).max(1));
        for ((row, size), numbers) in placed.sizes.iter().enumerate().zip(rows) {
            for (frame, numbers) in numbers.chunks_exact_mut(each).enumerate() {
                fill(&map, placed.tracks.row(row), frame as u32, *size, numbers);
            }
        }
        Ok(Values::Single { shape: vec![self.frames, channels, height, width], values })
    }
}

fn fill(map: &Map, seen: &[Seen], frame: u32, (high, wide): (usize, usize), numbers: &mut [f32]) {
    let here: Vec<&Seen> = seen.iter().filter(|one| one.frame == frame).collect();
    let boxes: Vec<Located> = here.iter().map(|one| one.at).collect();
    let owners = map.fill(&boxes, (high, wide), numbers);
    let (places, first) = (map.height * map.width, map.classes + EDGES);
    let back = |one: &Seen| {
        let before = seen.iter().find(|other| other.frame + 1 == frame && other.track == one.track)?;
        let moved = |low: usize, places: usize, pixels: usize| {
            let middle = |at: &Located| (at.edges[low] + at.edges[low + 2]) / 2.0;
            (middle(&before.at) - middle(&one.at)) * places as f32 / pixels as f32
        };
        Some([moved(1, map.height, high), moved(0, map.width, wide)])
    };
    let back: Vec<Option<[f32; 2]>> = here.into_iter().map(back).collect();
    for (place, owner) in owners.into_iter().enumerate() {
        let Some(Some(ways)) = owner.map(|owner| back[owner]) else { continue };
        for (way, value) in ways.into_iter().enumerate() {
            numbers[(first + 1 + way) * places + place] = value;
        }
        numbers[(first + 1 + BACK) * places + place] = numbers[first * places + place];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::Tracks;
    use crate::data::tracks::Placed;

    #[test]
    fn a_box_knows_where_it_was() {
        let step = MovingCenters { frames: 3, height: 8, width: Some(16), spread: 0.54 };
        let seen = |frame, track, left: f32, top: f32| Seen {
            frame,
            track,
            at: Located::label(0, [left, top, left + 8.0, top + 8.0]),
        };
        // Pixels are four to a place, across and down. The second track comes in the frame in which the first is not seen.
        let row = vec![seen(0, 1, 8.0, 8.0), seen(1, 1, 16.0, 4.0), seen(2, 2, 40.0, 16.0)];
        let placed = Placed { classes: 1, tracks: Tracks::of_rows([row].into_iter()), sizes: vec![(32, 64)] };
        let Ok(Values::Single { shape, values }) = step.apply(&(), Values::Tracks(placed)) else { panic!("a map") };
        assert_eq!(shape, [3, 9, 8, 16]);
        let at = |frame: usize, channel: usize, row: usize, column: usize| {
            values[((frame * 9 + channel) * 8 + row) * 16 + column]
        };
        assert_eq!((at(0, 0, 3, 3), at(1, 0, 2, 5), at(2, 0, 5, 11)), (1.0, 1.0, 1.0));
        // It was a place lower and two to the left.
        assert_eq!((at(1, 6, 2, 5), at(1, 7, 2, 5)), (1.0, -2.0));
        assert!(at(1, 8, 2, 5) > 0.0 && at(1, 8, 2, 5) == at(1, 5, 2, 5));
        let weights = |frame: usize| (0..128).map(|place| at(frame, 8, place / 16, place % 16)).sum::<f32>();
        assert!(weights(0) == 0.0 && (weights(1) - 1.0).abs() < 1e-5 && weights(2) == 0.0);
    }
}
