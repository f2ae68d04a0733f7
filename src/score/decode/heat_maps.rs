//! `heat_maps`: points where heat is highest.

use super::{Decode, Decoding};
use crate::answers::Point;
use crate::catalog::decoders::Role;
use crate::catalog::decoders::heat_maps::HeatMaps;

impl Decode for HeatMaps {
    /// The points have been brought back to their file's picture where it is known what was done to each picture.
    fn decode(&self, input: Decoding, _invert: &dyn Fn(&mut [f64])) -> Decoding {
        Decoding { role: Role::Answer, ..input }
    }

    fn points(&self, values: &[f32], shape: &[usize], (high, wide): (usize, usize)) -> Option<Vec<Point>> {
        let [_, height, width] = *shape else { return None };
        let point = |logits: &[f32]| {
            let hottest =
                (0..logits.len()).fold(0, |best, place| if logits[place] > logits[best] { place } else { best });
            let heat = |place: usize| (f64::from(logits[place]) - f64::from(logits[hottest])).exp();
            let all: f64 = (0..logits.len()).map(heat).sum();
            let near = |at: usize, size: usize| at.saturating_sub(self.around)..(at + self.around + 1).min(size);
            let (mut near_by, mut x, mut y) = (0.0, 0.0, 0.0);
            for row in near(hottest / width, height) {
                for column in near(hottest % width, width) {
                    let heat = heat(row * width + column);
                    near_by += heat;
                    x += heat * (column as f64 + 0.5);
                    y += heat * (row as f64 + 0.5);
                }
            }
            let at = [x / near_by * wide as f64 / width as f64, y / near_by * high as f64 / height as f64];
            Point { at: at.map(|number| number as f32), score: (near_by / all) as f32 }
        };
        Some(values.chunks_exact((height * width).max(1)).map(point).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_in_the_middle_of_its_heat() {
        // Three places with heats 1, 2 and 1 in the second row, and a fourth far away.
        let mut values = vec![-30.0; 3 * 8];
        (values[8], values[9], values[10], values[23]) = (0.0, 2f32.ln(), 0.0, 0.0);
        let points = HeatMaps { around: 1 }.points(&values, &[1, 3, 8], (6, 32)).expect("a map");
        // The middle of the second column, four pixels to a place across and two down.
        assert!((points[0].at[0] - 6.0).abs() < 1e-5 && (points[0].at[1] - 3.0).abs() < 1e-5, "{points:?}");
        assert!((points[0].score - 0.8).abs() < 1e-5);
    }
}
