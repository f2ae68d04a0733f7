//! How far a transposed convolution spreads what stands along an axis, and what of it is cut off again.

use super::padding::Padding;
use crate::catalog::{Dim, ShapeError};

/// Along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    pub kernel: usize,
    pub stride: usize,
    pub dilation: usize,
    pub padding: Padding,
}

impl Spread {
    /// From the first tap to the last.
    pub fn extent(&self) -> usize {
        self.dilation * (self.kernel - 1) + 1
    }

    /// What is cut from each side.
    pub fn margin(&self) -> usize {
        match self.padding {
            Padding::Valid => 0,
            Padding::Same => self.extent().saturating_sub(self.stride) / 2,
            Padding::Zeros(margin) => margin,
        }
    }

    /// What the output has more than `stride` times as many places.
    fn rest(&self) -> i64 {
        self.extent() as i64 - self.stride as i64 - 2 * self.margin() as i64
    }

    /// The size of the output.
    pub(super) fn size(&self, size: &Dim) -> Dim {
        size.clone() * Dim::int(self.stride as i64) + Dim::int(self.rest())
    }

    /// The same of so many places.
    pub fn places(&self, size: usize) -> usize {
        (size as i64 * self.stride as i64 + self.rest()).max(0) as usize
    }

    /// An error unless something is left, and `same` cuts whole places. `parameter` is how the kernel is called.
    pub(super) fn require_even(&self, parameter: &'static str) -> Result<(), ShapeError> {
        let extent = self.extent();
        if let Padding::Zeros(margin) = self.padding
            && 2 * margin >= extent
        {
            let message = match self.dilation {
                1 => format!("`padding: {margin}` cuts all of a kernel of {extent}"),
                _ => format!("`padding: {margin}` cuts all of a kernel that reaches over {extent} places"),
            };
            return Err(ShapeError::new(message)
                .parameter("padding")
                .help(format!("use `padding: {}` at most", (extent - 1) / 2)));
        }
        if self.padding != Padding::Same || self.fits(self.kernel) {
            return Ok(());
        }
        let message = match extent < self.stride {
            true => "`padding: same` needs a kernel as large as the stride",
            false => "`padding: same` cuts as much from both sides, and here it would be half a place",
        };
        let other = (self.kernel..=self.kernel + self.stride).find(|kernel| self.fits(*kernel));
        Err(ShapeError::new(message).parameter(parameter).help(match other {
            Some(kernel) => format!("use `{parameter}: {kernel}`, or `padding: valid`"),
            None => "use `padding: valid`, or a number that is cut from each side".into(),
        }))
    }

    /// Whether `same` cuts whole places with so large a kernel.
    fn fits(&self, kernel: usize) -> bool {
        let extent = Spread { kernel, ..*self }.extent();
        extent >= self.stride && (extent - self.stride).is_multiple_of(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_pytorch() {
        let spread = |kernel, stride, dilation, padding| Spread { kernel, stride, dilation, padding };
        for (spread, expected) in [
            (spread(2, 2, 1, Padding::Valid), 14),
            (spread(3, 2, 1, Padding::Valid), 15),
            (spread(1, 3, 1, Padding::Valid), 19),
            (spread(4, 2, 1, Padding::Same), 14),
            (spread(3, 2, 1, Padding::Zeros(1)), 13),
            (spread(3, 2, 3, Padding::Zeros(2)), 15),
            (spread(2, 1, 4, Padding::Same), 7),
        ] {
            assert!(spread.require_even("kernel").is_ok(), "{spread:?}");
            assert_eq!((spread.places(7), spread.size(&Dim::int(7)).value()), (expected, Some(expected as i64)));
        }
    }

    #[test]
    fn what_cannot_be_cut_is_refused_with_what_can() {
        let help = |kernel, stride, dilation, padding| {
            let error = Spread { kernel, stride, dilation, padding }.require_even("kernel").expect_err("no size");
            error.help.expect("help")
        };
        assert_eq!(help(4, 2, 1, Padding::Zeros(2)), "use `padding: 1` at most");
        assert_eq!(help(2, 2, 4, Padding::Zeros(3)), "use `padding: 2` at most");
        assert_eq!(help(3, 2, 1, Padding::Same), "use `kernel: 4`, or `padding: valid`");
        assert_eq!(help(1, 2, 1, Padding::Same), "use `kernel: 2`, or `padding: valid`");
        assert_eq!(help(3, 2, 3, Padding::Same), "use `kernel: 4`, or `padding: valid`");
        assert_eq!(help(2, 2, 2, Padding::Same), "use `padding: valid`, or a number that is cut from each side");
    }
}
