//! Random draws by name: every draw is a function of (seed, purpose, path, epoch, step, place), so that it does not
//! depend on what else is drawn, on passes or on resuming.

use sha2::{Digest, Sha256};

/// A stream of draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    key: u64,
}

impl Draw {
    /// The stream of a purpose (`init`, `dropout`, `shuffle`) and a path.
    pub fn new(seed: u64, purpose: &str, path: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        hash.update((purpose.len() as u64).to_le_bytes());
        hash.update(purpose);
        hash.update(path);
        let digest = hash.finalize();
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&digest[..8]);
        Self { key: u64::from_le_bytes(bytes) }
    }

    /// The stream at a step (or epoch) of this one.
    pub fn at(self, step: u64) -> Self {
        Self { key: mix(self.key ^ mix(step.wrapping_add(0x9e37_79b9_7f4a_7c15))) }
    }

    /// 64 random bits at a place of the stream.
    pub fn bits(self, place: u64) -> u64 {
        mix(self.key.wrapping_add(place.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// Uniform in [0, 1), of 53 bits.
    pub fn uniform(self, place: u64) -> f64 {
        (self.bits(place) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal (Box and Muller 1958).
    pub fn normal(self, place: u64) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform(2 * place)).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform(2 * place + 1)).cos()
    }

    /// A permutation of `items` (Fisher and Yates).
    pub fn shuffle<T>(self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = (self.uniform(last as u64) * (last + 1) as f64) as usize;
            items.swap(last, other.min(last));
        }
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every input bit reaches every output bit.
fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uniform_and_normal_have_their_moments() {
        let draw = Draw::new(7, "test", "a");
        let count = 20_000;
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
        let uniform: Vec<f64> = (0..count).map(|place| draw.uniform(place)).collect();
        let normal: Vec<f64> = (0..count).map(|place| draw.normal(place)).collect();
        assert!((mean(uniform) - 0.5).abs() < 0.01);
        assert!(mean(normal.clone()).abs() < 0.03);
        assert!((mean(normal.iter().map(|value| value * value).collect()) - 1.0).abs() < 0.04);
    }

    #[test]
    fn names_seeds_and_steps_part_streams() {
        let streams = [
            Draw::new(1, "init", "a"),
            Draw::new(2, "init", "a"),
            Draw::new(1, "inita", ""),
            Draw::new(1, "init", "b"),
            Draw::new(1, "init", "a").at(0),
            Draw::new(1, "init", "a").at(1),
        ];
        for (index, stream) in streams.iter().enumerate() {
            assert!(streams[index + 1..].iter().all(|other| other.bits(0) != stream.bits(0)));
        }
        let mut items: Vec<u32> = (0..50).collect();
        streams[0].shuffle(&mut items);
        let mut sorted = items.clone();
        sorted.sort_unstable();
        assert!(items != sorted && sorted == (0..50).collect::<Vec<u32>>());
    }
}
