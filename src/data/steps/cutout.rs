//! `cutout`: a hole in training pictures.

use std::ops::Range;

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::cutout::Cutout;
use crate::data::draws::Draws;
use crate::data::values::Values;

impl StepHalf for Cutout {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(values)
    }

    fn draw(&self, _state: &(), values: Values, draws: &Draws) -> Result<Values, Refusal> {
        Ok(values.each_picture(None, &|row, picture| {
            let (draws, mut holed) = (draws.row(row), picture.clone());
            if draws.uniform(0) >= self.share.0 {
                return holed;
            }
            // The middle lies anywhere, so that the hole may reach beyond an edge.
            let reach =
                |number: usize, size: usize| covered((draws.uniform(number) * size as f64) as usize, self.size, size);
            let channels = picture.channels.count();
            for y in reach(1, picture.height) {
                let columns = reach(2, picture.width);
                let row = y * picture.width;
                holed.pixels[(row + columns.start) * channels..(row + columns.end) * channels].fill(self.fill as u8);
            }
            holed
        }))
    }
}

/// What a hole with a side of so many pixels covers about its middle, as far as that lies in the picture.
fn covered(middle: usize, side: usize, size: usize) -> Range<usize> {
    let before = side / 2;
    middle.saturating_sub(before)..middle.saturating_add(side - before).min(size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Share;
    use crate::data::draws::Drawing;
    use crate::data::pictures::{Channels, Picture, Pictures};
    use std::sync::Arc;

    #[test]
    fn a_hole_lies_about_its_middle_and_inside_the_picture() {
        assert_eq!(covered(8, 4, 16), 6..10);
        assert_eq!(covered(8, 5, 16), 6..11);
        assert_eq!(covered(0, 4, 16), 0..2);
        assert_eq!(covered(15, 4, 16), 13..16);
        // However large it is.
        for side in [32, 33, 100, usize::MAX] {
            assert_eq!(covered(0, side, 16), 0..16, "{side}");
            assert_eq!(covered(15, side, 16), 0..16, "{side}");
        }
        assert_eq!(covered(0, 1, 1), 0..1);
    }

    #[test]
    fn a_hole_larger_than_the_picture_covers_all_of_it() {
        let draws = Draws::new(Drawing { seed: 1, epoch: 0 }, "x", 0, (0..1).map(|row| (0, row)));
        for (height, width) in [(16, 16), (1, 1), (2, 1)] {
            let picture = Picture::new(height, width, Channels::Gray, vec![200; height * width]);
            let all = vec![Some(Arc::new(picture))];
            let size = Some((height, width));
            let values = Values::Pictures(Pictures { channels: Channels::Gray, frames: None, size, all });
            let step = Cutout { size: 100, fill: 7, share: Share(1.0) };
            let Ok(Values::Pictures(holed)) = step.draw(&(), values, &draws) else { panic!("pictures") };
            let pixels = &holed.all[0].as_ref().expect("a picture").pixels;
            assert_eq!(*pixels, vec![7; height * width], "{height} × {width}");
        }
    }
}
