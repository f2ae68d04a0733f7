//! What drawn steps draw: a function of seed, epoch and row, whatever else is drawn and whatever batch the row stands in.

use sha2::{Digest, Sha256};

/// Which epoch of which run rows are drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawing {
    pub seed: u64,
    pub epoch: u64,
}

/// The draws of one step for some rows.
#[derive(Clone, Debug)]
pub struct Draws {
    keys: Vec<u64>,
}

impl Draws {
    /// Of the step with this number in the chain of `owner`, for rows that are told by data set and number in its files. The
    /// same call gives the same draws: what must move along with a row, as its label, asks for them by the same names.
    pub fn new(drawing: Drawing, owner: &str, step: usize, rows: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut hash = Sha256::new();
        hash.update(drawing.seed.to_le_bytes());
        hash.update(b"step");
        hash.update((step as u64).to_le_bytes());
        hash.update(owner);
        let digest = hash.finalize();
        let base = digest.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let of_epoch = mix(base ^ mix(drawing.epoch.wrapping_add(GOLDEN)));
        let key =
            |(data, row): (usize, usize)| mix(of_epoch ^ mix(((data as u64) << 40 | row as u64).wrapping_add(GOLDEN)));
        Self { keys: rows.map(key).collect() }
    }

    /// Draws for the places of series, by where each row begins among them: of a place those of its row, by its number.
    pub fn of_places(&self, starts: &[usize]) -> Draws {
        let of_row = |(key, ends): (&u64, &[usize])| {
            let key = *key;
            (0..(ends[1] - ends[0]) as u64)
                .map(move |place| mix(key ^ mix(place.wrapping_add(GOLDEN))))
                .collect::<Vec<_>>()
        };
        Draws { keys: self.keys.iter().zip(starts.windows(2)).flat_map(of_row).collect() }
    }

    /// The draws of a row, by its place among those asked for.
    pub fn row(&self, place: usize) -> RowDraws {
        RowDraws { key: self.keys[place] }
    }
}

/// The draws of one row, each by its number.
#[derive(Clone, Copy, Debug)]
pub struct RowDraws {
    key: u64,
}

impl RowDraws {
    /// 64 random bits.
    pub fn bits(self, number: usize) -> u64 {
        mix(self.key.wrapping_add((number as u64).wrapping_mul(GOLDEN)))
    }

    /// Uniform in [0, 1), of 53 bits.
    pub fn uniform(self, number: usize) -> f64 {
        (self.bits(number) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal (Box and Muller 1958); takes the uniform draws `2·number` and `2·number + 1`.
    pub fn normal(self, number: usize) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform(2 * number)).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform(2 * number + 1)).cos()
    }

    /// Of a Beta(α, α) distribution, from two of a gamma distribution; takes draws from this number on, as many as it needs.
    pub fn beta(self, number: usize, alpha: f64) -> f64 {
        let mut next = number;
        let (one, other) = (self.gamma(&mut next, alpha), self.gamma(&mut next, alpha));
        // Of a small α both may be too small for a number, and their logarithms are not.
        1.0 / (1.0 + (other - one).exp())
    }

    /// The logarithm of a number with a gamma distribution of this shape (Marsaglia and Tsang 2000).
    fn gamma(self, next: &mut usize, shape: f64) -> f64 {
        let mut take = || {
            *next += 1;
            *next - 1
        };
        let large = if shape < 1.0 { shape + 1.0 } else { shape };
        let third = large - 1.0 / 3.0;
        let mut drawn = loop {
            let normal = self.normal(take());
            let cubed = (1.0 + normal / (9.0 * third).sqrt()).powi(3);
            // Normal draws take the uniform ones of twice their number: those for this stand far behind.
            let uniform = 1.0 - self.uniform(APART + take());
            if cubed > 0.0 && uniform.ln() < 0.5 * normal * normal + third * (1.0 - cubed + cubed.ln()) {
                break (third * cubed).ln();
            }
        };
        if shape < 1.0 {
            drawn += (1.0 - self.uniform(APART + take())).ln() / shape;
        }
        drawn
    }
}

/// Draws with numbers from here on are those beside normal ones.
const APART: usize = 1 << 32;

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seed: u64, epoch: u64, owner: &str, step: usize, rows: &[(usize, usize)]) -> Vec<f64> {
        let draws = Draws::new(Drawing { seed, epoch }, owner, step, rows.iter().copied());
        (0..rows.len()).map(|place| draws.row(place).normal(0)).collect()
    }

    #[test]
    fn draws_depend_on_the_row_and_not_on_its_place() {
        let together = of(1, 0, "x", 0, &[(0, 5), (0, 6), (1, 5)]);
        assert_eq!(of(1, 0, "x", 0, &[(0, 6)]), [together[1]]);
        let mut all = together.clone();
        for other in [of(2, 0, "x", 0, &[(0, 5)]), of(1, 1, "x", 0, &[(0, 5)]), of(1, 0, "y", 0, &[(0, 5)])] {
            all.extend(other);
        }
        all.extend(of(1, 0, "x", 1, &[(0, 5)]));
        all.sort_by(f64::total_cmp);
        all.dedup();
        assert_eq!(all.len(), 7);
    }

    #[test]
    fn normal_draws_have_their_moments() {
        let rows: Vec<(usize, usize)> = (0..20_000).map(|row| (0, row)).collect();
        let drawn = of(7, 3, "x", 0, &rows);
        let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
        let square = drawn.iter().map(|value| value * value).sum::<f64>() / drawn.len() as f64;
        assert!(mean.abs() < 0.03 && (square - 1.0).abs() < 0.04, "{mean} {square}");
    }

    #[test]
    fn beta_draws_have_their_moments() {
        let rows: Vec<(usize, usize)> = (0..20_000).map(|row| (0, row)).collect();
        let draws = Draws::new(Drawing { seed: 5, epoch: 0 }, "x", 0, rows.iter().copied());
        // The variance of Beta(α, α) is 1 / (4 · (2α + 1)), and its fourth central moment 3 / (16 · (2α + 1) · (2α + 3)).
        for alpha in [0.01, 0.2, 1.0, 4.0] {
            let drawn: Vec<f64> = (0..rows.len()).map(|row| draws.row(row).beta(8, alpha)).collect();
            let central =
                |power: i32| drawn.iter().map(|value| (value - 0.5).powi(power)).sum::<f64>() / drawn.len() as f64;
            let (second, fourth) = (0.25 / (2.0 * alpha + 1.0), 3.0 / 16.0 / (2.0 * alpha + 1.0) / (2.0 * alpha + 3.0));
            assert!(drawn.iter().all(|value| (0.0..=1.0).contains(value)));
            assert!(central(1).abs() < 0.011, "{alpha}: {}", central(1));
            assert!((central(2) / second - 1.0).abs() < 0.04, "{alpha}: {} {second}", central(2));
            assert!((central(4) / fourth - 1.0).abs() < 0.06, "{alpha}: {} {fourth}", central(4));
        }
    }
}
