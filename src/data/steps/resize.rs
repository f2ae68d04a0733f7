//! `resize`: pictures of one size.

use super::{Refusal, StepHalf, Training};
use crate::catalog::steps::resize::{Proportions, Resize};
use crate::data::pictures::{Picture, Window, resized};
use crate::data::values::Values;

impl StepHalf for Resize {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(values.each_picture(Some(self.size()), &|_, picture| self.resized(picture)))
    }
}

impl Resize {
    fn resized(&self, picture: &Picture) -> Picture {
        let (height, width) = self.size();
        let by = (height as f64 / picture.height as f64, width as f64 / picture.width as f64);
        let by = match self.proportions {
            Proportions::Stretch => return resized(picture, height, width),
            Proportions::Fit => by.0.min(by.1),
            Proportions::Fill => by.0.max(by.1),
        };
        let of = |size: usize| ((size as f64 * by).round() as usize).max(1);
        let inside = resized(picture, of(picture.height), of(picture.width));
        let start = |inside: usize, size: usize| (inside as isize - size as isize).div_euclid(2);
        let (top, left) = (start(inside.height, height), start(inside.width, width));
        inside.cut(Window { top, left, ..Window::whole(height, width) }, self.fill.map(|fill| fill as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::pictures::Channels;

    #[test]
    fn proportions_are_kept_or_not() {
        // Two rows of four pixels, twice as wide as high.
        let picture = Picture::new(2, 4, Channels::Gray, vec![0, 100, 200, 250, 0, 100, 200, 250]);
        let resized = |proportions, height, width, fill| {
            let step = Resize { height, width: Some(width), proportions, fill };
            let picture = step.resized(&picture);
            assert_eq!((picture.height, picture.width), (height, width));
            (picture.pixels, picture.frame.edges([0.0, 0.0, 4.0, 2.0]))
        };
        let row = [0, 100, 200, 250];
        let fitted = [[7; 4], row, row, [7; 4]].concat();
        assert_eq!(resized(Proportions::Fit, 4, 4, Some(7)), (fitted, [0.0, 1.0, 4.0, 3.0]));
        assert_eq!(resized(Proportions::Fit, 4, 4, None).0, [row; 4].concat());
        assert_eq!(resized(Proportions::Fill, 2, 2, None), (vec![100, 200, 100, 200], [-1.0, 0.0, 3.0, 2.0]));
        assert_eq!(resized(Proportions::Stretch, 2, 4, None).0, picture.pixels);
    }
}
