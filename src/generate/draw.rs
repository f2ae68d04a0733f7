//! Random draws by seed that are the same on every machine: only additions and multiplications of what ChaCha gives, no
//! function of the system's mathematics library, whose last digit differs between systems.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number in `[0, 1)`.
    pub(super) fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// A number in `[low, high)`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `count`.
    pub(super) fn below(&mut self, count: u8) -> u8 {
        ((u64::from(self.0.next_u32()) * u64::from(count)) >> 32) as u8
    }

    /// A number of mean 0 and deviation 1, close to normal: the sum of twelve uniform ones (Irwin–Hall).
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_follow_the_seed_and_their_law() {
        let mut draw = Draw::new(3);
        let numbers: Vec<f64> = (0..20_000).map(|_| draw.normal()).collect();
        let mean = numbers.iter().sum::<f64>() / 20_000.0;
        let variance = numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.03, "mean {mean}, variance {variance}");
        assert_eq!(numbers[0], Draw::new(3).normal());
        assert_ne!(numbers[0], Draw::new(4).normal());
        let mut counts = [0; 5];
        (0..5000).for_each(|_| counts[usize::from(draw.below(5))] += 1);
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
    }
}
