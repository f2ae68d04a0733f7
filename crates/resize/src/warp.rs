//! Pictures turned, stretched, sheared or moved by less than a pixel, and blurred: what touches every pixel several times.

use crate::Size;

/// A picture of some channels, row by row, the channels of a pixel side by side; and what stands beyond its edges: without a value the edges go on.
#[derive(Clone, Copy, Debug)]
pub struct Source<'p> {
    pub pixels: &'p [u8],
    pub size: Size,
    pub channels: usize,
    pub beyond: Option<u8>,
}

impl Source<'_> {
    /// The value of a channel at a place, which may lie beyond the edges.
    #[inline]
    fn at(&self, x: isize, y: isize, channel: usize) -> u8 {
        let (height, width) = self.size;
        let inside = x >= 0 && y >= 0 && (x as usize) < width && (y as usize) < height;
        if let (false, Some(beyond)) = (inside, self.beyond) {
            return beyond;
        }
        let (x, y) = (x.clamp(0, width as isize - 1) as usize, y.clamp(0, height as isize - 1) as usize);
        self.pixels[(y * width + x) * self.channels + channel]
    }

    /// A picture of this size, each pixel of which is the one that its middle lies in, once it has gone the way `back`: `x' = b[0]·x + b[1]·y + b[2]` and
    /// `y' = b[3]·x + b[4]·y + b[5]`.
    pub fn nearest(&self, back: [f64; 6], to: Size) -> Vec<u8> {
        self.each(back, to, |x, y, channel| self.at(x.floor() as isize, y.floor() as isize, channel))
    }

    /// The same between the four pixels around each place.
    pub fn bilinear(&self, back: [f64; 6], to: Size) -> Vec<u8> {
        self.each(back, to, |x, y, channel| {
            let (x, y) = (x - 0.5, y - 0.5);
            let (left, top) = (x.floor(), y.floor());
            let (right, down) = (x - left, y - top);
            let one = |dx: isize, dy: isize| f64::from(self.at(left as isize + dx, top as isize + dy, channel));
            let upper = one(0, 0) * (1.0 - right) + one(1, 0) * right;
            let lower = one(0, 1) * (1.0 - right) + one(1, 1) * right;
            (upper * (1.0 - down) + lower * down).round() as u8
        })
    }

    fn each(&self, back: [f64; 6], (height, width): Size, value: impl Fn(f64, f64, usize) -> u8) -> Vec<u8> {
        let mut pixels = Vec::with_capacity(height * width * self.channels);
        for row in 0..height {
            for column in 0..width {
                let (x, y) = (column as f64 + 0.5, row as f64 + 0.5);
                let place = (back[0] * x + back[1] * y + back[2], back[3] * x + back[4] * y + back[5]);
                pixels.extend((0..self.channels).map(|channel| value(place.0, place.1, channel)));
            }
        }
        pixels
    }

    /// Each value the mean of those around it, across and then down, by weights of an odd number that are 1 together.
    pub fn blurred(&self, weights: &[f64]) -> Vec<u8> {
        let values: Vec<f64> = self.pixels.iter().map(|value| f64::from(*value)).collect();
        let across = self.along(&values, weights, (0, 1));
        let both = self.along(&across, weights, (1, 0));
        both.into_iter().map(|value| value.round().clamp(0.0, 255.0) as u8).collect()
    }

    fn along(&self, values: &[f64], weights: &[f64], step: (isize, isize)) -> Vec<f64> {
        let ((height, width), reach) = (self.size, weights.len() as isize / 2);
        let within = |place: isize, size: usize| place.clamp(0, size as isize - 1) as usize;
        let mut blurred = Vec::with_capacity(values.len());
        for y in 0..height as isize {
            for x in 0..width as isize {
                for channel in 0..self.channels {
                    let sum = weights.iter().zip(-reach..).map(|(weight, by)| {
                        let (y, x) = (within(y + by * step.0, height), within(x + by * step.1, width));
                        weight * values[(y * width + x) * self.channels + channel]
                    });
                    blurred.push(sum.sum());
                }
            }
        }
        blurred
    }
}
