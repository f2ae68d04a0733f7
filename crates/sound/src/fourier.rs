//! The discrete Fourier transform of as many numbers as a power of two (Cooley and Tukey 1965), in place.

use std::f64::consts::TAU;

/// Roots of unity, and where each number is brought before the first pass.
pub struct Fourier {
    /// cos and −sin of the k-th part of a circle, for the first half of it.
    roots: Vec<(f64, f64)>,
    reversed: Vec<usize>,
}

impl Fourier {
    /// Of so many numbers, a power of two.
    pub fn new(size: usize) -> Self {
        let root = |place: usize| {
            let angle = TAU * place as f64 / size as f64;
            (angle.cos(), -angle.sin())
        };
        let bits = size.trailing_zeros();
        let reversed = |place: usize| if bits == 0 { 0 } else { place.reverse_bits() >> (usize::BITS - bits) };
        Self { roots: (0..size / 2).map(root).collect(), reversed: (0..size).map(reversed).collect() }
    }

    /// How many numbers it transforms.
    pub fn size(&self) -> usize {
        self.reversed.len()
    }

    /// The squares of the absolute values of the first half and the middle, of numbers that are real; `buffer` is as long as these.
    pub fn power(&self, buffer: &mut [(f64, f64)], power: &mut Vec<f64>) {
        self.transform(buffer);
        power.clear();
        power.extend(buffer[..=self.size() / 2].iter().map(|(real, imaginary)| real * real + imaginary * imaginary));
    }

    fn transform(&self, buffer: &mut [(f64, f64)]) {
        let size = self.size();
        for (place, reversed) in self.reversed.iter().enumerate().filter(|(place, reversed)| place < *reversed) {
            buffer.swap(place, *reversed);
        }
        let mut half = 1;
        while half < size {
            let step = size / (2 * half);
            for both in buffer.chunks_exact_mut(2 * half) {
                let (low, high) = both.split_at_mut(half);
                for ((low, high), (cos, sin)) in low.iter_mut().zip(high).zip(self.roots.iter().step_by(step)) {
                    let turned = (high.0 * cos - high.1 * sin, high.0 * sin + high.1 * cos);
                    *high = (low.0 - turned.0, low.1 - turned.1);
                    *low = (low.0 + turned.0, low.1 + turned.1);
                }
            }
            half *= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_is_the_sum_that_it_stands_for() {
        for size in [1, 2, 4, 8, 64, 256] {
            let numbers: Vec<f64> = (0..size).map(|place| ((place * place * 7 + 3) % 23) as f64 - 11.0).collect();
            let mut buffer: Vec<(f64, f64)> = numbers.iter().map(|number| (*number, 0.0)).collect();
            let mut power = Vec::new();
            Fourier::new(size).power(&mut buffer, &mut power);
            assert_eq!(power.len(), size / 2 + 1);
            for (place, found) in power.iter().enumerate() {
                let part = |of: fn(f64) -> f64| -> f64 {
                    let along = |at: usize| of(TAU * (place * at % size) as f64 / size as f64);
                    numbers.iter().enumerate().map(|(at, number)| number * along(at)).sum()
                };
                let wanted = part(f64::cos).powi(2) + part(f64::sin).powi(2);
                assert!((found - wanted).abs() < 1e-9 * (1.0 + wanted), "{size} {place}: {found} {wanted}");
            }
        }
    }
}
