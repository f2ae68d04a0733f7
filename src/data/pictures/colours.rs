//! What is done to the colours of a picture and leaves everything where it is.

use super::{Channels, Picture};

impl Picture {
    /// Every channel of every pixel changed by itself.
    pub fn mapped(&self, change: impl Fn(u8) -> u8) -> Picture {
        let table: Vec<u8> = (0..=u8::MAX).map(change).collect();
        Picture { pixels: self.pixels.iter().map(|value| table[usize::from(*value)]).collect(), ..self.clone() }
    }

    /// Every pixel changed, of which the channels are numbers from 0 to 255.
    fn each_pixel(&self, change: impl Fn([f64; 3]) -> [f64; 3]) -> Picture {
        let mut pixels = self.pixels.clone();
        for pixel in pixels.chunks_exact_mut(self.channels.count()) {
            let all = [pixel[0], pixel[pixel.len() / 2], pixel[pixel.len() - 1]].map(f64::from);
            let changed = change(all);
            pixel.iter_mut().zip(changed).for_each(|(value, changed)| *value = byte(changed));
        }
        Picture { pixels, ..self.clone() }
    }

    /// Brighter or darker: every value times a factor.
    pub fn brighter(&self, factor: f64) -> Picture {
        self.mapped(|value| byte(f64::from(value) * factor))
    }

    /// Further from or nearer to the mean brightness of the picture.
    pub fn contrasted(&self, factor: f64) -> Picture {
        let count = self.pixels.len() / self.channels.count();
        let sum: f64 = self.pixels.chunks_exact(self.channels.count()).map(lightness).sum();
        let mean = (sum / count.max(1) as f64).round();
        self.mapped(|value| byte(mean + (f64::from(value) - mean) * factor))
    }

    /// Further from or nearer to gray.
    pub fn saturated(&self, factor: f64) -> Picture {
        if self.channels == Channels::Gray {
            return self.clone();
        }
        self.each_pixel(|pixel| {
            let gray = weighted(pixel).round();
            pixel.map(|value| gray + (value - gray) * factor)
        })
    }

    /// Its colours turned round the circle of colours, by a share of it.
    pub fn hued(&self, turn: f64) -> Picture {
        if self.channels == Channels::Gray || turn == 0.0 {
            return self.clone();
        }
        self.each_pixel(|pixel| {
            let (most, least) =
                (pixel.iter().copied().fold(0.0, f64::max), pixel.iter().copied().fold(255.0, f64::min));
            let range = most - least;
            if range == 0.0 {
                return pixel;
            }
            let [red, green, blue] = pixel;
            let sixth = match most {
                most if most == red => (green - blue) / range,
                most if most == green => 2.0 + (blue - red) / range,
                _ => 4.0 + (red - green) / range,
            };
            let sixth = (sixth + 6.0 * turn).rem_euclid(6.0);
            // How far each channel is from the lightest one (HSV).
            let of = |offset: f64| {
                let at = (offset + sixth).rem_euclid(6.0);
                most - range * at.min(4.0 - at).clamp(0.0, 1.0)
            };
            [of(5.0), of(3.0), of(1.0)]
        })
    }

    /// How light each pixel is, in one channel.
    pub fn gray(&self) -> Picture {
        let pixels = self.pixels.chunks_exact(self.channels.count()).map(|pixel| match pixel {
            [red, green, blue] => {
                let [red, green, blue] = [*red, *green, *blue].map(u32::from);
                // ITU-R 601, as pictures are read.
                ((red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000) >> 16) as u8
            }
            other => other[0],
        });
        Picture { channels: Channels::Gray, pixels: pixels.collect(), ..self.clone() }
    }

    /// Blurred by a bell of this standard deviation, in pixels; edges go on.
    pub fn blurred(&self, deviation: f64) -> Picture {
        let reach = (3.0 * deviation).ceil() as isize;
        let bell: Vec<f64> = (-reach..=reach).map(|place| (-0.5 * (place as f64 / deviation).powi(2)).exp()).collect();
        let all: f64 = bell.iter().sum();
        let bell: Vec<f64> = bell.into_iter().map(|weight| weight / all).collect();
        Picture { pixels: self.source(None).blurred(&bell), ..self.clone() }
    }

    /// Mixed with a blurred copy of itself, or taken away from it: a factor above 1 sharpens.
    pub fn sharpened(&self, factor: f64) -> Picture {
        let soft = self.blurred(0.8);
        let pixels = self.pixels.iter().zip(&soft.pixels).map(|(own, soft)| {
            let (own, soft) = (f64::from(*own), f64::from(*soft));
            byte(soft + (own - soft) * factor)
        });
        Picture { pixels: pixels.collect(), ..self.clone() }
    }

    /// Each channel stretched from black to white.
    pub fn stretched_to_white(&self) -> Picture {
        self.by_channel(|counts| {
            let least = counts.iter().position(|count| *count > 0).unwrap_or(0) as f64;
            let most = counts.iter().rposition(|count| *count > 0).unwrap_or(255) as f64;
            let range = if most > least { 255.0 / (most - least) } else { 0.0 };
            (0..256).map(|value| if range > 0.0 { byte((value as f64 - least) * range) } else { value as u8 }).collect()
        })
    }

    /// Each channel with as many dark as light pixels.
    pub fn equalized(&self) -> Picture {
        self.by_channel(|counts| {
            let all: usize = counts.iter().sum();
            let last = counts.iter().rev().find(|count| **count > 0).copied().unwrap_or(0);
            let step = all.saturating_sub(last) / 255;
            if step == 0 {
                return (0..=u8::MAX).collect();
            }
            let mut sum = step / 2;
            counts
                .iter()
                .map(|count| {
                    let value = (sum / step).min(255) as u8;
                    sum += count;
                    value
                })
                .collect()
        })
    }

    /// Each channel by a table that is made of how often it has each value.
    fn by_channel(&self, table: impl Fn(&[usize]) -> Vec<u8>) -> Picture {
        let (channels, mut pixels) = (self.channels.count(), self.pixels.clone());
        for channel in 0..channels {
            let mut counts = vec![0; 256];
            self.pixels.iter().skip(channel).step_by(channels).for_each(|value| counts[usize::from(*value)] += 1);
            let table = table(&counts);
            let own = pixels.iter_mut().skip(channel).step_by(channels);
            own.for_each(|value| *value = table[usize::from(*value)]);
        }
        Picture { pixels, ..self.clone() }
    }
}

fn byte(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

fn weighted([red, green, blue]: [f64; 3]) -> f64 {
    0.299 * red + 0.587 * green + 0.114 * blue
}

fn lightness(pixel: &[u8]) -> f64 {
    match pixel {
        [red, green, blue] => weighted([*red, *green, *blue].map(f64::from)).round(),
        other => f64::from(other[0]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rgb(pixels: &[[u8; 3]]) -> Picture {
        Picture::new(1, pixels.len(), Channels::Rgb, pixels.concat())
    }

    #[test]
    fn colours_are_those_of_another_library() {
        // `ImageEnhance` and `ImageOps` of Pillow, which cuts fractions off where these are rounded.
        let picture = rgb(&[[10, 20, 30], [200, 100, 0]]);
        for (own, wanted) in [
            (picture.brighter(1.5), [15, 30, 45, 255, 150, 0]),
            (picture.contrasted(0.5), [39, 44, 49, 134, 84, 34]),
            (picture.saturated(0.5), [14, 19, 24, 159, 109, 59]),
            (picture.stretched_to_white(), [0, 0, 255, 255, 255, 0]),
        ] {
            assert!(own.pixels.iter().zip(&wanted).all(|(own, wanted)| own.abs_diff(*wanted) <= 1), "{own:?}");
        }
        assert_eq!(picture.gray().pixels, [18, 118]);
        let shades = [3, 3, 3, 7, 9, 9, 200, 200, 201, 250].repeat(60);
        let equal = Picture::new(20, 30, Channels::Gray, shades).equalized();
        assert_eq!(equal.pixels[..10], [0, 0, 0, 90, 120, 120, 180, 180, 240, 255]);
    }

    #[test]
    fn hues_turn_round() {
        let picture = rgb(&[[255, 0, 0], [100, 60, 20], [7, 7, 7]]);
        // A third of the circle: red becomes green, and each channel the next.
        assert_eq!(picture.hued(1.0 / 3.0).pixels, [0, 255, 0, 20, 100, 60, 7, 7, 7]);
        assert_eq!(picture.hued(1.0).pixels, picture.pixels);
    }

    #[test]
    fn a_blur_keeps_what_is_flat_and_spreads_a_point() {
        let flat = Picture::new(4, 4, Channels::Gray, vec![90; 16]);
        assert_eq!(flat.blurred(1.5).pixels, flat.pixels);
        assert_eq!(flat.sharpened(2.0).pixels, flat.pixels);
        let mut point = Picture::new(9, 9, Channels::Gray, vec![0; 81]);
        point.pixels[40] = 250;
        let blurred = point.blurred(1.0).pixels;
        // 250 / 2π in the middle, times e^-½ beside it.
        assert_eq!((blurred[40], blurred[41], blurred[31], blurred[0]), (40, 24, 24, 0));
    }
}
