//! `mixup`: pictures of a batch laid over each other.

use std::sync::Arc;

use super::{Mix, Neighbours, Refusal, StepHalf, Training};
use crate::catalog::steps::mixup::Mixup;
use crate::data::draws::Draws;
use crate::data::pictures::{Picture, with_others};
use crate::data::values::Values;

impl StepHalf for Mixup {
    type State = ();

    fn fit(&self, _training: &Training<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn apply(&self, _state: &(), values: Values) -> Result<Values, Refusal> {
        Ok(values)
    }

    fn reach(&self) -> usize {
        1
    }

    fn mix(
        &self,
        _state: &(),
        values: Values,
        draws: &Draws,
        neighbours: &Neighbours,
    ) -> Result<(Values, Mix), Refusal> {
        let pairs = neighbours.pairs(draws, self.share.0, self.alpha);
        Ok(with_others(values, neighbours.rows(), &|row, of_row| {
            let (own, pair) = (of_row(row)?, pairs[row]?);
            let other = of_row(pair.other)?;
            let laid = own.iter().zip(&other).map(|(own, other)| Arc::new(laid_over(own, other, pair.lambda)));
            Some((laid.collect(), pair.parts(row, pair.lambda)))
        }))
    }
}

/// λ times one and the rest of the other, pixel by pixel.
fn laid_over(own: &Picture, other: &Picture, lambda: f64) -> Picture {
    let pixel =
        |(own, other): (&u8, &u8)| (lambda * f64::from(*own) + (1.0 - lambda) * f64::from(*other)).round() as u8;
    Picture { pixels: own.pixels.iter().zip(&other.pixels).map(pixel).collect(), ..own.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Share;
    use crate::data::draws::Drawing;
    use crate::data::pictures::{Channels, Pictures};

    /// Four pictures of one row, in clips of so many frames.
    fn pictures(frames: Option<usize>) -> Values {
        let picture = |at: u8| Arc::new(Picture::new(1, 3, Channels::Gray, vec![10 * at, 100 + at, 250 - at]));
        let all = (0..4).map(|at| Some(picture(at))).collect();
        Values::Pictures(Pictures { channels: Channels::Gray, frames, size: Some((1, 3)), all })
    }

    #[test]
    fn pixels_and_shares_are_those_of_lambda() {
        let step = Mixup { alpha: 1.0, share: Share(1.0) };
        let (rows, drawing) = (Neighbours::new(std::iter::once(4)), Drawing { seed: 3, epoch: 1 });
        let draws = Draws::new(drawing, "x", 0, (0..4).map(|row| (0, row)));
        let (Values::Pictures(mixed), mix) = step.mix(&(), pictures(None), &draws, &rows).expect("pictures") else {
            panic!("pictures")
        };
        let Values::Pictures(before) = pictures(None) else { panic!("pictures") };
        let pixels = |of: &Pictures, row: usize| of.all[row].as_ref().expect("a picture").pixels.clone();
        for row in 0..4 {
            let [own, other] = mix.of(row) else { panic!("two parts") };
            assert_eq!((own.of, other.of), (row, (row + 3) % 4), "as torchvision's `roll(1, 0)`");
            assert!((own.share + other.share - 1.0).abs() < 1e-12 && own.share > 0.0);
            for place in 0..3 {
                let exact = own.share * f64::from(pixels(&before, row)[place])
                    + other.share * f64::from(pixels(&before, other.of)[place]);
                assert!((f64::from(pixels(&mixed, row)[place]) - exact).abs() <= 0.5);
            }
        }
        // All frames of a clip are mixed alike, and a batch of one is left alone.
        let clips = Neighbours::new(std::iter::once(2));
        let (Values::Pictures(mixed), mix) = step.mix(&(), pictures(Some(2)), &draws, &clips).expect("clips") else {
            panic!("clips")
        };
        let lambda = mix.of(0)[0].share;
        for frame in 0..2 {
            let exact = lambda * f64::from(pixels(&before, frame)[0])
                + (1.0 - lambda) * f64::from(pixels(&before, 2 + frame)[0]);
            assert!((f64::from(pixels(&mixed, frame)[0]) - exact).abs() <= 0.5);
        }
        let one = Neighbours::new(std::iter::once(1));
        let (same, mix) = step.mix(&(), pictures(Some(4)), &draws, &one).expect("a clip");
        assert_eq!((same, mix), (pictures(Some(4)), Mix::none(1)));
    }
}
