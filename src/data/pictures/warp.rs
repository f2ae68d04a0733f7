//! Pictures turned, stretched, sheared or moved by less than a pixel: each pixel of the new picture is looked for in the old one.

use super::Picture;
use super::frame::inverse;

/// How a value between pixels is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// That of the pixel which it lies in.
    Nearest,
    /// Between the four pixels around it.
    Bilinear,
}

impl Picture {
    /// The picture after a map of its places, of this height and width. Beyond its edges stands `beyond`, or, without it, what stands at
    /// the edge.
    pub fn warped(&self, map: [f64; 6], to: (usize, usize), sampling: Sampling, beyond: Option<u8>) -> Picture {
        let (source, back) = (self.source(beyond), inverse(map));
        let pixels = match sampling {
            Sampling::Nearest => source.nearest(back, to),
            Sampling::Bilinear => source.bilinear(back, to),
        };
        let frame = self.frame.then(map, to);
        Picture { height: to.0, width: to.1, channels: self.channels, pixels, frame }
    }

    /// As it is given to what is compiled for speed.
    pub(super) fn source(&self, beyond: Option<u8>) -> mtlc_resize::Source<'_> {
        let size = (self.height, self.width);
        mtlc_resize::Source { pixels: &self.pixels, size, channels: self.channels.count(), beyond }
    }
}

/// A map about the middle of a picture: turned to the right by an angle, sheared along each axis, made larger, then moved by so many pixels to the right and
/// down.
pub fn about_middle(
    (height, width): (usize, usize),
    angle: f64,
    shear: (f64, f64),
    scale: f64,
    (right, down): (f64, f64),
) -> [f64; 6] {
    let (x, y) = (width as f64 / 2.0, height as f64 / 2.0);
    let (sine, cosine) = angle.sin_cos();
    let turned = [cosine * scale, -sine * scale, 0.0, sine * scale, cosine * scale, 0.0];
    let sheared = [1.0, shear.0.tan(), 0.0, shear.1.tan(), 1.0, 0.0];
    let [a, b, _, d, e, _] = super::frame::after(turned, sheared);
    [a, b, x - a * x - b * y + right, d, e, y - d * x - e * y + down]
}

#[cfg(test)]
mod tests {
    use super::super::Channels;
    use super::*;

    #[test]
    fn a_quarter_turn_moves_pixels_and_nothing_else() {
        let picture = Picture::new(3, 3, Channels::Gray, (1..=9).collect());
        let map = about_middle((3, 3), std::f64::consts::FRAC_PI_2, (0.0, 0.0), 1.0, (0.0, 0.0));
        for sampling in [Sampling::Nearest, Sampling::Bilinear] {
            let turned = picture.warped(map, (3, 3), sampling, None);
            // To the right: what was on the left is above.
            assert_eq!(turned.pixels, [7, 4, 1, 8, 5, 2, 9, 6, 3], "{sampling:?}");
            let [x, y] = turned.frame.point([0.5, 2.5]);
            assert!((x - 0.5).abs() < 1e-9 && (y - 0.5).abs() < 1e-9, "{x} {y}");
        }
    }

    #[test]
    fn values_lie_between_pixels_and_edges_go_on() {
        let picture = Picture::new(1, 3, Channels::Gray, vec![0, 100, 200]);
        let half = [1.0, 0.0, 0.5, 0.0, 1.0, 0.0];
        assert_eq!(picture.warped(half, (1, 3), Sampling::Bilinear, None).pixels, [0, 50, 150]);
        assert_eq!(picture.warped(half, (1, 3), Sampling::Bilinear, Some(80)).pixels, [40, 50, 150]);
        let two = [1.0, 0.0, 2.0, 0.0, 1.0, 0.0];
        assert_eq!(picture.warped(two, (1, 3), Sampling::Nearest, Some(7)).pixels, [7, 7, 0]);
        // Twice as large about the middle.
        let larger = about_middle((1, 3), 0.0, (0.0, 0.0), 2.0, (0.0, 0.0));
        assert_eq!(picture.warped(larger, (1, 3), Sampling::Nearest, None).pixels, [100, 100, 200]);
        assert_eq!(picture.warped(larger, (1, 3), Sampling::Bilinear, None).pixels, [50, 100, 150]);
    }
}
