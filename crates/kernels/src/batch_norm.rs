//! Batch normalisation: each channel to mean 0 and variance 1 over the rows of a batch and their places; and its way back.
//!
//! With n = (x − mean) / √(variance + ε), y = n·gain + bias. A channel's gradient is (g − mean(g) − n·mean(g·n))·gain / √(variance + ε).

use crate::processor::arch;
use pulp::NullaryFnOnce;
use rayon::prelude::*;

use crate::pointwise::chain::Then;
use crate::sums::{sum, sums_of_two};

/// Numbers that are filled before anything else is done with them.
const FILLED: usize = 4 * 1024;

/// Numbers `[rows, channels, places]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchNorm {
    pub rows: usize,
    pub channels: usize,
    pub places: usize,
}

/// Mean and variance (of all, not unbiased) of each channel.
pub struct Moments {
    pub mean: Vec<f32>,
    pub variance: Vec<f32>,
}

/// The gradients of what was normalised, of the gain and of the bias.
pub struct Gradients {
    pub numbers: Vec<f32>,
    pub gain: Vec<f32>,
    pub bias: Vec<f32>,
}

impl BatchNorm {
    fn check(&self, numbers: &[f32]) {
        assert_eq!(numbers.len(), self.rows * self.channels * self.places, "as many numbers as there are");
    }

    fn count(&self) -> f32 {
        (self.rows * self.places) as f32
    }

    /// For each channel what `of` says of its runs together: a sum over the rows, in their order.
    fn by_channel<const N: usize>(
        &self,
        numbers: &[f32],
        of: impl Fn(usize, &[f32], usize) -> [f32; N] + Sync,
    ) -> Vec<[f32; N]> {
        let start = |row: usize, channel: usize| (row * self.channels + channel) * self.places;
        let channel = |channel: usize| {
            let mut sums = [0.0; N];
            for row in 0..self.rows {
                let start = start(row, channel);
                let own = of(channel, &numbers[start..][..self.places], start);
                sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
            }
            sums
        };
        (0..self.channels)
            .into_par_iter()
            .with_min_len(1 + 16 * 1024 / (self.rows * self.places).max(1))
            .map(channel)
            .collect()
    }

    /// # Panics
    /// If there are not as many numbers as this says.
    pub fn moments(&self, numbers: &[f32]) -> Moments {
        self.check(numbers);
        let arch = arch();
        let over = |sums: Vec<[f32; 1]>| sums.into_iter().map(|[sum]| sum / self.count()).collect::<Vec<f32>>();
        let mean = over(self.by_channel(numbers, |_, run, _| [arch.dispatch(Sum { run })]));
        let variance =
            over(self.by_channel(numbers, |channel, run, _| [arch.dispatch(Squares { run, mean: mean[channel] })]));
        Moments { mean, variance }
    }

    /// Each number times its channel's scale, plus its shift; and then what is done with these.
    ///
    /// # Panics
    /// As [`BatchNorm::moments`].
    pub fn scaled(&self, numbers: &[f32], scale: &[f32], shift: &[f32], then: Then<'_>) -> Vec<f32> {
        self.check(numbers);
        let mut outputs = vec![0.0; numbers.len()];
        let scaled = |channel: usize, start: usize, outputs: &mut [f32]| {
            let (scale, shift) = (scale[channel], shift[channel]);
            let run = &numbers[start..][..outputs.len()];
            outputs.iter_mut().zip(run).for_each(|(output, x)| *output = x * scale + shift);
        };
        self.each_run(&mut outputs, scaled, then);
        outputs
    }

    /// Calls for each row and channel with where its run begins and its part of the results, which it fills.
    fn each_run(&self, results: &mut [f32], compute: impl Fn(usize, usize, &mut [f32]) + Sync, then: Then<'_>) {
        let row = (self.channels * self.places).max(1);
        // So many channels are small enough to be in the caches still, and many enough that a call for them costs nothing.
        let channels = (FILLED / self.places.max(1)).clamp(1, self.channels.max(1));
        results.par_chunks_mut(row).with_min_len(1 + 16 * 1024 / row).enumerate().for_each(|(index, results)| {
            for (part, results) in results.chunks_mut(channels * self.places.max(1)).enumerate() {
                for (channel, results) in results.chunks_mut(self.places.max(1)).enumerate() {
                    let channel = part * channels + channel;
                    compute(channel, index * row + channel * self.places, results);
                }
                then.over(results);
            }
        });
    }

    /// Given the moments that were normalised by, and `scale`, 1 / √(variance + ε) of each channel.
    ///
    /// # Panics
    /// As [`BatchNorm::moments`].
    pub fn gradients(
        &self,
        numbers: &[f32],
        mean: &[f32],
        scale: &[f32],
        gain: &[f32],
        cotangents: &[f32],
    ) -> Gradients {
        [numbers, cotangents].iter().for_each(|numbers| self.check(numbers));
        let arch = arch();
        let sums = self.by_channel(numbers, |channel, run, start| {
            let slopes = &cotangents[start..][..run.len()];
            arch.dispatch(Slopes { run, mean: mean[channel], slopes })
        });
        let bias: Vec<f32> = sums.iter().map(|[sum, _]| *sum).collect();
        let of_gain: Vec<f32> = sums.iter().zip(scale).map(|([_, products], scale)| products * scale).collect();
        let mut back = vec![0.0; numbers.len()];
        let filled = |channel: usize, start: usize, back: &mut [f32]| {
            let (mean, scale) = (mean[channel], scale[channel]);
            let (along_one, along_normal) = (bias[channel] / self.count(), of_gain[channel] / self.count());
            let factor = gain[channel] * scale;
            let given = numbers[start..].iter().zip(&cotangents[start..]);
            for (back, (x, slope)) in back.iter_mut().zip(given) {
                *back = (slope - along_one - (x - mean) * scale * along_normal) * factor;
            }
        };
        self.each_run(&mut back, filled, Then::default());
        Gradients { numbers: back, gain: of_gain, bias }
    }
}

struct Sum<'a> {
    run: &'a [f32],
}

impl NullaryFnOnce for Sum<'_> {
    type Output = f32;

    #[inline(always)]
    fn call(self) -> f32 {
        sum(self.run, |x| x)
    }
}

struct Squares<'a> {
    run: &'a [f32],
    mean: f32,
}

impl NullaryFnOnce for Squares<'_> {
    type Output = f32;

    #[inline(always)]
    fn call(self) -> f32 {
        sum(self.run, |x| (x - self.mean) * (x - self.mean))
    }
}

/// The sum of the slopes, and that of their products with what has been centred.
struct Slopes<'a> {
    run: &'a [f32],
    mean: f32,
    slopes: &'a [f32],
}

impl NullaryFnOnce for Slopes<'_> {
    type Output = [f32; 2];

    #[inline(always)]
    fn call(self) -> [f32; 2] {
        sums_of_two(self.run, self.slopes, |x, slope| [slope, (x - self.mean) * slope])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::numbers;

    /// √(variance + ε) of each channel, upside down.
    fn scales(moments: &Moments) -> Vec<f32> {
        moments.variance.iter().map(|variance| 1.0 / (variance + 1e-3).sqrt()).collect()
    }

    fn forward(norm: &BatchNorm, x: &[f32], gain: &[f32], bias: &[f32]) -> Vec<f32> {
        let moments = norm.moments(x);
        let scale: Vec<f32> = scales(&moments).iter().zip(gain).map(|(scale, gain)| scale * gain).collect();
        let shift: Vec<f32> =
            bias.iter().zip(moments.mean.iter().zip(&scale)).map(|(bias, (mean, scale))| bias - mean * scale).collect();
        norm.scaled(x, &scale, &shift, Then::default())
    }

    #[test]
    fn moments_by_hand() {
        let norm = BatchNorm { rows: 2, channels: 2, places: 2 };
        let moments = norm.moments(&[1., 3., 0., 0., 5., 7., 8., 0.]);
        assert_eq!(moments.mean, [4.0, 2.0]);
        assert_eq!(moments.variance, [5.0, 12.0]);
    }

    #[test]
    fn gradients_are_finite_differences() {
        for norm in [BatchNorm { rows: 6, channels: 3, places: 20 }, BatchNorm { rows: 40, channels: 5, places: 1 }] {
            let count = norm.rows * norm.channels * norm.places;
            let (x, cotangents) = (numbers(1, count), numbers(2, count));
            let (gain, bias) = (numbers(3, norm.channels), numbers(4, norm.channels));
            let moments = norm.moments(&x);
            let found = norm.gradients(&x, &moments.mean, &scales(&moments), &gain, &cotangents);
            let value = |x: &[f32], gain: &[f32], bias: &[f32]| -> f64 {
                forward(&norm, x, gain, bias).iter().zip(&cotangents).map(|(y, c)| f64::from(*y) * f64::from(*c)).sum()
            };
            let near = |name: &str, found: f32, difference: f64| {
                let expected = difference / 2e-2;
                assert!(
                    (f64::from(found) - expected).abs() < 1e-2 * (1.0 + expected.abs()),
                    "{name}: {found}, not {expected}"
                );
            };
            let moved = |numbers: &[f32], at: usize, by: f32| {
                let mut numbers = numbers.to_vec();
                numbers[at] += by;
                numbers
            };
            for at in (0..count).step_by(7) {
                let [up, down] = [1e-2, -1e-2].map(|by| value(&moved(&x, at, by), &gain, &bias));
                near("numbers", found.numbers[at], up - down);
            }
            for at in 0..norm.channels {
                let [up, down] = [1e-2, -1e-2].map(|by| value(&x, &moved(&gain, at, by), &bias));
                near("gain", found.gain[at], up - down);
                let [up, down] = [1e-2, -1e-2].map(|by| value(&x, &gain, &moved(&bias, at, by)));
                near("bias", found.bias[at], up - down);
            }
        }
    }
}
