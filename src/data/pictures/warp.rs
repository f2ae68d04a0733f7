//! Pictures turned, stretched, sheared or moved by less than a pixel: each pixel of the new picture is looked for in the old one.

use super::frame::{inverse, moved};
use super::{Frame, Picture};

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
        let (channels, back) = (self.channels.count(), inverse(map));
        let mut pixels = Vec::with_capacity(to.0 * to.1 * channels);
        for row in 0..to.0 {
            for column in 0..to.1 {
                let [x, y] = moved(back, [column as f64 + 0.5, row as f64 + 0.5]);
                match sampling {
                    Sampling::Nearest => self.nearest(x, y, beyond, &mut pixels),
                    Sampling::Bilinear => self.between(x - 0.5, y - 0.5, beyond, &mut pixels),
                }
            }
        }
        let frame: Frame = self.frame.then(map, to);
        Picture { height: to.0, width: to.1, channels: self.channels, pixels, frame }
    }

    /// The pixel at a place, or what stands beyond the edge.
    fn at(&self, x: isize, y: isize, channel: usize, beyond: Option<u8>) -> u8 {
        let inside = |place: isize, size: usize| place >= 0 && place < size as isize;
        match beyond {
            Some(beyond) if !(inside(x, self.width) && inside(y, self.height)) => beyond,
            _ => {
                let within = |place: isize, size: usize| place.clamp(0, size as isize - 1) as usize;
                let place = within(y, self.height) * self.width + within(x, self.width);
                self.pixels[place * self.channels.count() + channel]
            }
        }
    }

    fn nearest(&self, x: f64, y: f64, beyond: Option<u8>, pixels: &mut Vec<u8>) {
        let (x, y) = (x.floor() as isize, y.floor() as isize);
        pixels.extend((0..self.channels.count()).map(|channel| self.at(x, y, channel, beyond)));
    }

    fn between(&self, x: f64, y: f64, beyond: Option<u8>, pixels: &mut Vec<u8>) {
        let (left, top) = (x.floor(), y.floor());
        let (right, down) = (x - left, y - top);
        let (left, top) = (left as isize, top as isize);
        for channel in 0..self.channels.count() {
            let one = |dx: isize, dy: isize| f64::from(self.at(left + dx, top + dy, channel, beyond));
            let upper = one(0, 0) * (1.0 - right) + one(1, 0) * right;
            let lower = one(0, 1) * (1.0 - right) + one(1, 1) * right;
            pixels.push((upper * (1.0 - down) + lower * down).round() as u8);
        }
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
