//! Convolutions along time, whose features stand last: what a window sees lies in one run of numbers, and the windows of a sequence are
//! a matrix whose rows overlap. So each is a product of matrices that nobody has to make.

use rayon::prelude::*;

use crate::matrix::{Matrix, multiply};

/// Sequences `[rows, time, features]`, filters `[taps, features, channels]`, outputs `[rows, steps, channels]`.
///
/// Step i sees, by tap r, place i·stride + r·dilation − before, or zeros where the sequence has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeConvolution {
    pub rows: usize,
    pub time: usize,
    pub features: usize,
    pub channels: usize,
    pub taps: usize,
    /// At least 1, as `dilation` is.
    pub stride: usize,
    pub dilation: usize,
    /// Zeros before the first place. Those behind the last one follow from the number of steps.
    pub before: usize,
    pub steps: usize,
}

impl TimeConvolution {
    fn sequence(&self) -> usize {
        self.time * self.features
    }

    fn output(&self) -> usize {
        self.steps * self.channels
    }

    fn filters(&self) -> usize {
        self.taps * self.features * self.channels
    }

    /// Numbers of a sequence with its zeros on both sides.
    fn padded(&self) -> usize {
        let seen = (self.steps.max(1) - 1) * self.stride + (self.taps - 1) * self.dilation + 1;
        seen.max(self.before + self.time) * self.features
    }

    /// The taps that lie side by side: all, or each alone.
    fn taps_at_once(&self) -> usize {
        if self.dilation == 1 { self.taps } else { 1 }
    }

    /// What a tap, and those beside it, see of a padded sequence: a row for each step.
    fn seen<'a>(&self, padded: &'a [f32], tap: usize, taps: usize) -> Matrix<'a> {
        let from = &padded[tap * self.dilation * self.features..];
        Matrix::new(from, self.steps, taps * self.features, self.stride * self.features)
    }

    fn fill(&self, padded: &mut [f32], sequence: &[f32]) {
        padded[self.before * self.features..][..sequence.len()].copy_from_slice(sequence);
    }

    /// The outputs.
    ///
    /// # Panics
    /// If a slice has not the size that the convolution says.
    pub fn forward(&self, sequences: &[f32], filters: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
        assert_eq!(sequences.len(), self.rows * self.sequence(), "the sequences");
        assert_eq!(filters.len(), self.filters(), "the filters");
        let mut outputs = vec![0.0; self.rows * self.output()];
        if outputs.is_empty() || self.sequence() == 0 {
            return outputs;
        }
        let taps = self.taps_at_once();
        let per_tap = self.features * self.channels;
        outputs.par_chunks_mut(self.output()).zip(sequences.par_chunks(self.sequence())).for_each_init(
            || vec![0.0; self.padded()],
            |padded, (outputs, sequence)| {
                self.fill(padded, sequence);
                if let Some(bias) = bias {
                    outputs.chunks_exact_mut(self.channels).for_each(|output| output.copy_from_slice(bias));
                }
                for tap in (0..self.taps).step_by(taps) {
                    let own = &filters[tap * per_tap..][..taps * per_tap];
                    let own = Matrix::new(own, taps * self.features, self.channels, self.channels);
                    let keep = tap > 0 || bias.is_some();
                    multiply(outputs, self.channels, self.seen(padded, tap, taps), own, 1.0, keep);
                }
            },
        );
        outputs
    }

    /// The gradient of the sequences, given that of the outputs.
    ///
    /// # Panics
    /// As [`TimeConvolution::forward`].
    pub fn input_gradient(&self, filters: &[f32], gradient: &[f32]) -> Vec<f32> {
        assert_eq!(gradient.len(), self.rows * self.output(), "the outputs' gradient");
        assert_eq!(filters.len(), self.filters(), "the filters");
        let mut sequences = vec![0.0; self.rows * self.sequence()];
        if sequences.is_empty() || self.output() == 0 {
            return sequences;
        }
        let per_tap = self.features * self.channels;
        sequences.par_chunks_mut(self.sequence()).zip(gradient.par_chunks(self.output())).for_each_init(
            || vec![0.0; self.padded()],
            |padded, (sequence, gradient)| {
                padded.fill(0.0);
                let gradient = Matrix::new(gradient, self.steps, self.channels, self.channels);
                for (tap, filters) in filters.chunks_exact(per_tap).enumerate() {
                    let filters = Matrix::new(filters, self.features, self.channels, self.channels).transposed();
                    let into = &mut padded[tap * self.dilation * self.features..];
                    multiply(into, self.stride * self.features, gradient, filters, 1.0, true);
                }
                sequence.copy_from_slice(&padded[self.before * self.features..][..sequence.len()]);
            },
        );
        sequences
    }

    /// The gradient of the filters, given that of the outputs. A task owns some numbers of the filters and goes through all rows in order: the sums
    /// are the same for any number of threads.
    ///
    /// # Panics
    /// As [`TimeConvolution::forward`].
    pub fn weight_gradient(&self, sequences: &[f32], gradient: &[f32]) -> Vec<f32> {
        assert_eq!(sequences.len(), self.rows * self.sequence(), "the sequences");
        assert_eq!(gradient.len(), self.rows * self.output(), "the outputs' gradient");
        let mut filters = vec![0.0; self.filters()];
        if filters.is_empty() || sequences.is_empty() || gradient.is_empty() {
            return filters;
        }
        let size = self.padded();
        let mut padded = vec![0.0; self.rows * size];
        padded.par_chunks_mut(size).zip(sequences.par_chunks(self.sequence())).for_each(|(padded, sequence)| {
            self.fill(padded, sequence);
        });
        filters.par_chunks_mut(self.features * self.channels).enumerate().for_each(|(tap, filters)| {
            for (row, gradient) in gradient.chunks_exact(self.output()).enumerate() {
                let seen = self.seen(&padded[row * size..][..size], tap, 1).transposed();
                let gradient = Matrix::new(gradient, self.steps, self.channels, self.channels);
                multiply(filters, self.channels, seen, gradient, 1.0, row > 0);
            }
        });
        filters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::numbers;

    /// Against the sums as they are written down.
    fn check(c: &TimeConvolution) {
        let (sequences, filters) = (numbers(1, c.rows * c.sequence()), numbers(2, c.filters()));
        let (bias, gradient) = (numbers(3, c.channels), numbers(4, c.rows * c.output()));
        let mut outputs: Vec<f64> = (0..gradient.len()).map(|at| f64::from(bias[at % c.channels])).collect();
        let mut of_sequences = vec![0.0; sequences.len()];
        let mut of_filters = vec![0.0; filters.len()];
        for (row, step, tap) in (0..c.rows)
            .flat_map(|row| (0..c.steps).map(move |step| (row, step)))
            .flat_map(|(row, step)| (0..c.taps).map(move |tap| (row, step, tap)))
        {
            let Some(place) = (step * c.stride + tap * c.dilation).checked_sub(c.before).filter(|at| *at < c.time)
            else {
                continue;
            };
            for feature in 0..c.features {
                for channel in 0..c.channels {
                    let x = (row * c.time + place) * c.features + feature;
                    let w = (tap * c.features + feature) * c.channels + channel;
                    let y = (row * c.steps + step) * c.channels + channel;
                    outputs[y] += f64::from(sequences[x]) * f64::from(filters[w]);
                    of_sequences[x] += f64::from(gradient[y]) * f64::from(filters[w]);
                    of_filters[w] += f64::from(gradient[y]) * f64::from(sequences[x]);
                }
            }
        }
        let close = |name: &str, found: Vec<f32>, expected: &[f64]| {
            assert_eq!(found.len(), expected.len(), "{name} of {c:?}");
            for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
                let off = (f64::from(*found) - expected).abs();
                assert!(off < 1e-4 * (1.0 + expected.abs()), "{name}[{at}] of {c:?}: {found}, not {expected}");
            }
        };
        close("output", c.forward(&sequences, &filters, Some(&bias)), &outputs);
        close("gradient of the sequences", c.input_gradient(&filters, &gradient), &of_sequences);
        close("gradient of the filters", c.weight_gradient(&sequences, &gradient), &of_filters);
    }

    fn of(time: usize, [taps, stride, dilation, before, steps]: [usize; 5]) -> TimeConvolution {
        TimeConvolution { rows: 3, time, features: 5, channels: 4, taps, stride, dilation, before, steps }
    }

    #[test]
    fn strides_dilations_and_zeros_on_either_side() {
        check(&of(9, [3, 1, 1, 1, 9]));
        check(&of(9, [3, 1, 1, 2, 9]));
        check(&of(9, [4, 2, 1, 0, 3]));
        check(&of(9, [2, 3, 3, 4, 4]));
        check(&of(9, [1, 1, 1, 0, 9]));
        check(&of(1, [5, 1, 1, 2, 1]));
        check(&of(2, [3, 1, 2, 5, 4]));
        // What the windows do not reach.
        check(&of(12, [2, 1, 1, 0, 3]));
        check(&TimeConvolution { rows: 0, ..of(9, [3, 1, 1, 1, 9]) });
        check(&TimeConvolution { rows: 9, features: 33, channels: 40, ..of(21, [3, 1, 1, 1, 21]) });
    }
}
