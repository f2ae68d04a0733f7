//! `randaugment`: some of the usual changes of training pictures, one after the other.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::randaugment::Randaugment;
use crate::data::draws::Draws;
use crate::data::pictures::{Picture, Sampling, about_middle};
use crate::data::values::Values;

/// How many ways there are.
const WAYS: usize = 14;

impl StepHalf for Randaugment {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(values)
    }

    fn draw(&self, _state: &(), values: Values, draws: &Draws) -> Result<Values, Refusal> {
        Ok(values.each_picture(None, &|row, picture| {
            let (draws, mut changed) = (draws.row(row), picture.clone());
            for time in 0..self.count {
                let way = (draws.uniform(2 * time) * WAYS as f64) as usize;
                changed = self.changed(&changed, way, draws.uniform(2 * time + 1) < 0.5);
            }
            changed
        }))
    }
}

impl Randaugment {
    /// A picture changed in one of the ways; what can be done to either side is done to the other where `other` says.
    fn changed(&self, picture: &Picture, way: usize, other: bool) -> Picture {
        let share = self.strength / crate::catalog::steps::randaugment::STRENGTH.max;
        let signed = if other { -share } else { share };
        let size = (picture.height, picture.width);
        let warped = |angle: f64, shear: (f64, f64), by: (f64, f64)| {
            picture.warped(about_middle(size, angle, shear, 1.0, by), size, Sampling::Bilinear, None)
        };
        // The most of each, as published for pictures of any size.
        let (turn, shear, moved, light) = (30_f64.to_radians(), 0.3_f64.atan(), 150.0 / 331.0, 0.9);
        let factor = 1.0 + light * signed;
        match way {
            0 => picture.clone(),
            1 => warped(turn * signed, (0.0, 0.0), (0.0, 0.0)),
            2 => warped(0.0, (shear * signed, 0.0), (0.0, 0.0)),
            3 => warped(0.0, (0.0, shear * signed), (0.0, 0.0)),
            4 => warped(0.0, (0.0, 0.0), ((moved * signed * size.1 as f64).round(), 0.0)),
            5 => warped(0.0, (0.0, 0.0), (0.0, (moved * signed * size.0 as f64).round())),
            6 => picture.brighter(factor),
            7 => picture.contrasted(factor),
            8 => picture.saturated(factor),
            9 => picture.sharpened(factor),
            10 => {
                // From eight bits to four.
                let lost = (4.0 * share).round() as u32;
                picture.mapped(|value| value >> lost << lost)
            }
            11 => {
                let from = 255.0 * (1.0 - share);
                picture.mapped(|value| if f64::from(value) >= from { 255 - value } else { value })
            }
            12 => picture.stretched_to_white(),
            _ => picture.equalized(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pictures::Channels;

    #[test]
    fn every_way_changes_a_picture_and_the_strongest_most() {
        let pixels: Vec<u8> = (0..40 * 30 * 3).map(|place| (place * 37 % 200 + 20) as u8).collect();
        let picture = Picture::new(40, 30, Channels::Rgb, pixels);
        let away = |strength: f64, way: usize| {
            let changed = Randaugment { count: 1, strength }.changed(&picture, way, false);
            assert_eq!((changed.height, changed.width), (40, 30));
            let apart = picture.pixels.iter().zip(&changed.pixels).map(|(one, other)| u64::from(one.abs_diff(*other)));
            apart.sum::<u64>()
        };
        assert_eq!(away(20.0, 0), 0);
        for way in 1..WAYS {
            assert!(away(20.0, way) > 0, "{way}");
            // At strength 0 only what has no strength changes anything.
            assert!(way > 11 || way == 9 || way == 11 || away(0.0, way) == 0, "{way}");
        }
    }
}
