//! Mean and spread of a figure over seeds.

use serde::{Deserialize, Serialize};

use super::{Interval, student_quantile};

/// What several runs say of one figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// How many runs have the figure.
    pub count: usize,
    pub mean: f64,
    /// The sample standard deviation (n − 1); `None` for one run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sd: Option<f64>,
    pub min: f64,
    pub max: f64,
    /// Of the mean, by Student's t at 95%; `None` for one run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ci95: Option<Interval>,
}

impl Spread {
    /// `None` if there is no finite figure; figures that are no finite numbers are left out.
    pub fn of(figures: &[f64]) -> Option<Spread> {
        let figures: Vec<f64> = figures.iter().copied().filter(|figure| figure.is_finite()).collect();
        let count = figures.len();
        if count == 0 {
            return None;
        }
        let mean = figures.iter().sum::<f64>() / count as f64;
        let squares: f64 = figures.iter().map(|figure| (figure - mean) * (figure - mean)).sum();
        let freedom = (count - 1) as f64;
        let sd = (count > 1).then(|| (squares / freedom).sqrt());
        let ci95 = sd.map(|sd| {
            let half = student_quantile(0.975, freedom) * sd / (count as f64).sqrt();
            Interval { low: mean - half, high: mean + half }
        });
        let min = figures.iter().copied().fold(f64::INFINITY, f64::min);
        let max = figures.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Some(Spread { count, mean, sd, min, max, ci95 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_seeds_by_hand() {
        // Mean 3, variance (4+1+0+1+4)/4 = 2.5, t(0.975, 4) = 2.776445…
        let spread = Spread::of(&[1.0, 2.0, 3.0, 4.0, 5.0, f64::NAN]).expect("there are figures");
        let half = 2.7764451051977934 * (2.5_f64 / 5.0).sqrt();
        assert_eq!((spread.count, spread.mean, spread.min, spread.max), (5, 3.0, 1.0, 5.0));
        assert!((spread.sd.unwrap_or(0.0) - 2.5_f64.sqrt()).abs() < 1e-12);
        let ci95 = spread.ci95.expect("there are several");
        assert!((ci95.low - (3.0 - half)).abs() < 1e-9 && (ci95.high - (3.0 + half)).abs() < 1e-9);
    }

    #[test]
    fn one_seed_has_no_spread() {
        let spread = Spread::of(&[0.5]).expect("there is one");
        assert_eq!((spread.mean, spread.sd, spread.ci95), (0.5, None, None));
        assert_eq!(Spread::of(&[f64::NAN]), None);
    }
}
