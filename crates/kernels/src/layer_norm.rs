//! Layer normalisation: each row to mean 0 and variance 1, then a gain and a bias per feature; and its way back.
//!
//! With n = (x − mean) / √(variance + ε), y = n·gain + bias. A row's gradient is what is left of g = cotangent·gain when its share along
//! 1 and along n is taken out: (g − mean(g) − n·mean(g·n)) / √(variance + ε).

use crate::processor::arch;
use pulp::NullaryFnOnce;
use rayon::prelude::*;

use crate::sums::{sum, sum_of_two};

/// Rows of one width, normalised.
#[derive(Clone, Copy, Debug)]
pub struct LayerNorm {
    pub width: usize,
    /// Added to the variance.
    pub epsilon: f32,
}

/// The gradients of what a [`LayerNorm`] was given.
pub struct Gradients {
    pub rows: Vec<f32>,
    pub gain: Vec<f32>,
    pub bias: Vec<f32>,
}

/// Rows that one thread takes at a time. What they add to the gain's gradient is added up in the order of the rows, however many
/// threads there are.
const ROWS: usize = 64;

impl LayerNorm {
    /// The outputs.
    ///
    /// # Panics
    /// If gain and bias are not as wide as the rows.
    pub fn forward(&self, rows: &[f32], gain: &[f32], bias: &[f32]) -> Vec<f32> {
        assert!(gain.len() == self.width && bias.len() == self.width, "as wide as the rows");
        let mut outputs = vec![0.0; rows.len()];
        let piece = ROWS * self.width.max(1);
        outputs.par_chunks_mut(piece).zip(rows.par_chunks(piece)).for_each(|(outputs, rows)| {
            arch().dispatch(Forward { norm: self, rows, gain, bias, outputs });
        });
        outputs
    }

    /// The gradients, given that of the outputs.
    ///
    /// # Panics
    /// If the gain is not as wide as the rows, or there are not as many cotangents.
    pub fn gradients(&self, rows: &[f32], gain: &[f32], cotangents: &[f32]) -> Gradients {
        assert!(gain.len() == self.width && rows.len() == cotangents.len(), "as wide, and as many");
        let mut back = vec![0.0; rows.len()];
        let piece = ROWS * self.width.max(1);
        let given = rows.par_chunks(piece).zip(cotangents.par_chunks(piece));
        let parts: Vec<[Vec<f32>; 2]> = (back.par_chunks_mut(piece).zip(given))
            .map(|(back, (rows, cotangents))| arch().dispatch(Back { norm: self, rows, gain, cotangents, back }))
            .collect();
        let mut sums = [vec![0.0; self.width], vec![0.0; self.width]];
        for part in parts {
            for (sum, part) in sums.iter_mut().zip(part) {
                sum.iter_mut().zip(part).for_each(|(sum, number)| *sum += number);
            }
        }
        let [gain, bias] = sums;
        Gradients { rows: back, gain, bias }
    }

    /// Mean and 1 / √(variance + ε) of a row.
    #[inline(always)]
    fn moments(&self, row: &[f32]) -> (f32, f32) {
        let count = row.len() as f32;
        let mean = sum(row, |x| x) / count;
        let variance = sum(row, |x| (x - mean) * (x - mean)) / count;
        (mean, 1.0 / (variance + self.epsilon).sqrt())
    }
}

struct Forward<'a> {
    norm: &'a LayerNorm,
    rows: &'a [f32],
    gain: &'a [f32],
    bias: &'a [f32],
    outputs: &'a mut [f32],
}

impl NullaryFnOnce for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let width = self.norm.width;
        for (output, row) in self.outputs.chunks_exact_mut(width).zip(self.rows.chunks_exact(width)) {
            let (mean, scale) = self.norm.moments(row);
            let weights = self.gain.iter().zip(self.bias);
            for ((output, x), (gain, bias)) in output.iter_mut().zip(row).zip(weights) {
                *output = (x - mean) * scale * gain + bias;
            }
        }
    }
}

struct Back<'a> {
    norm: &'a LayerNorm,
    rows: &'a [f32],
    gain: &'a [f32],
    cotangents: &'a [f32],
    back: &'a mut [f32],
}

impl NullaryFnOnce for Back<'_> {
    /// What the rows add to the gradients of gain and bias.
    type Output = [Vec<f32>; 2];

    #[inline(always)]
    fn call(self) -> [Vec<f32>; 2] {
        let width = self.norm.width;
        let (mut of_gain, mut of_bias) = (vec![0.0; width], vec![0.0; width]);
        // Of one row: n, and the cotangent times the gain.
        let (mut normal, mut slopes) = (vec![0.0; width], vec![0.0; width]);
        let given = self.rows.chunks_exact(width).zip(self.cotangents.chunks_exact(width));
        for (back, (row, cotangent)) in self.back.chunks_exact_mut(width).zip(given) {
            let (mean, scale) = self.norm.moments(row);
            normal.iter_mut().zip(row).for_each(|(normal, x)| *normal = (x - mean) * scale);
            slopes.iter_mut().zip(cotangent.iter().zip(self.gain)).for_each(|(slope, (c, gain))| *slope = c * gain);
            of_gain.iter_mut().zip(cotangent.iter().zip(&normal)).for_each(|(sum, (c, n))| *sum += c * n);
            of_bias.iter_mut().zip(cotangent).for_each(|(sum, c)| *sum += c);
            let along_one = sum(&slopes, |slope| slope) / width as f32;
            let along_normal = sum_of_two(&slopes, &normal, |slope, normal| slope * normal) / width as f32;
            for (back, (slope, normal)) in back.iter_mut().zip(slopes.iter().zip(&normal)) {
                *back = (slope - along_one - normal * along_normal) * scale;
            }
        }
        [of_gain, of_bias]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::numbers;

    #[test]
    fn by_hand() {
        let norm = LayerNorm { width: 2, epsilon: 0.0 };
        assert_eq!(norm.forward(&[1.0, 3.0, -5.0, 5.0], &[2.0, 1.0], &[0.5, 0.0]), [-1.5, 1.0, -1.5, 1.0]);
    }

    #[test]
    fn gradients_are_finite_differences() {
        let norm = LayerNorm { width: 37, epsilon: 1e-3 };
        let (rows, gain, bias) = (numbers(1, 37 * 70), numbers(2, 37), numbers(3, 37));
        let cotangents = numbers(4, rows.len());
        let value = |rows: &[f32], gain: &[f32], bias: &[f32]| -> f64 {
            norm.forward(rows, gain, bias).iter().zip(&cotangents).map(|(y, c)| f64::from(*y) * f64::from(*c)).sum()
        };
        let found = norm.gradients(&rows, &gain, &cotangents);
        let moved = |numbers: &[f32], at: usize, by: f32| {
            let mut numbers = numbers.to_vec();
            numbers[at] += by;
            numbers
        };
        let near = |name: &str, found: f32, up: f64, down: f64| {
            let expected = (up - down) / 2e-2;
            assert!(
                (f64::from(found) - expected).abs() < 2e-2 * (1.0 + expected.abs()),
                "{name}: {found}, not {expected}"
            );
        };
        for at in [0, 36, 37, 70 * 37 - 1, 64 * 37 + 3] {
            let [up, down] = [1e-2, -1e-2].map(|by| value(&moved(&rows, at, by), &gain, &bias));
            near("rows", found.rows[at], up, down);
        }
        for at in [0, 17, 36] {
            let [up, down] = [1e-2, -1e-2].map(|by| value(&rows, &moved(&gain, at, by), &bias));
            near("gain", found.gain[at], up, down);
            let [up, down] = [1e-2, -1e-2].map(|by| value(&rows, &gain, &moved(&bias, at, by)));
            near("bias", found.bias[at], up, down);
        }
    }
}
