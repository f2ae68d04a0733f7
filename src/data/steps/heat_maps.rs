//! `heat_maps`: heat around each point.

use super::{Refusal, StepHalf};
use crate::catalog::steps::heat_maps::HeatMaps;
use crate::data::training::Training;
use crate::data::values::Values;

impl StepHalf for HeatMaps {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, (): &(), values: Values) -> Result<Values, Refusal> {
        let Values::Keypoints(placed) = values else { return Err(Refusal::new("takes points")) };
        let ((height, width), points) = (self.size(), placed.points.mirrors.len());
        let mut values = vec![0.0; placed.sizes.len() * points * height * width];
        let maps = values.chunks_exact_mut((height * width).max(1));
        for (place, map) in maps.enumerate() {
            let (point, (high, wide)) = (&placed.points.points[place], placed.sizes[place / points]);
            if !point.is_known() || high * wide == 0 {
                continue;
            }
            // In places of the map, whose middles are halves.
            let x = f64::from(point.at[0]) * width as f64 / wide as f64 - 0.5;
            let y = f64::from(point.at[1]) * height as f64 / high as f64 - 0.5;
            let fall = |away: f64| (-away * away / (2.0 * self.spread * self.spread)).exp();
            let heat = |place: usize| fall((place % width) as f64 - x) * fall((place / width) as f64 - y);
            let sum: f64 = (0..map.len()).map(heat).sum();
            map.iter_mut().enumerate().for_each(|(place, value)| *value = (heat(place) / sum) as f32);
        }
        Ok(Values::Single { shape: vec![points, height, width], values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::{Keypoints, Point};
    use crate::data::keypoints::Placed;

    #[test]
    fn heat_lies_around_the_point() {
        let mut points = Keypoints::of(vec![0, 1]);
        // Pixels are two to a place: the middle of the second column of the third row.
        points.push(&[Point { at: [3.0, 5.0], score: 1.0 }, Point::UNKNOWN], None);
        let step = HeatMaps { height: 4, width: Some(3), spread: 0.5 };
        let placed = Placed { points, sizes: vec![(8, 6)] };
        let Ok(Values::Single { shape, values }) = step.apply(&(), Values::Keypoints(placed)) else { panic!("maps") };
        assert_eq!(shape, [2, 4, 3]);
        assert!((values[..12].iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!((values[6] / values[7] - (-2.0f32).exp()).abs() < 1e-6 && values[6] == values[8]);
        assert!(values[12..].iter().all(|value| *value == 0.0));
    }
}
