//! Percentile bootstrap over rows (Efron 1979): how much a metric would vary on another sample of rows as large.
//!
//! A resample is drawn as the number of times that each row is in it, and a metric is computed with these as weights:
//! the same figure as on the resampled rows, without copying or ranking anything again.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::Interval;
use crate::catalog::metrics::MetricDef;
use crate::score::metrics::prepare;
use crate::score::{RowWeights, Scored};

/// How to resample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap {
    pub resamples: usize,
    /// Of the interval: 0.95.
    pub level: f64,
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { resamples: 1000, level: 0.95, seed: 0 }
    }
}

/// An interval per metric, all from the same resamples. `None` for a metric that is no number, or is undefined in more
/// than half of the resamples; resamples where it is undefined are left out.
pub fn bootstrap(metrics: &[MetricDef], scored: &Scored, how: &Bootstrap) -> Vec<Option<Interval>> {
    let prepared: Vec<_> = metrics
        .iter()
        .map(|metric| prepare(metric, scored).ok().filter(|ready| ready(scored.row_weights()).number().is_some()))
        .collect();
    let mut figures: Vec<Vec<f64>> = vec![Vec::new(); metrics.len()];
    let rows = scored.rows();
    let own = scored.row_weights();
    let mut random = ChaCha8Rng::seed_from_u64(how.seed);
    let mut weights = vec![0.0; rows];
    // Weights of rows are about their importance, not their number: rows are drawn alike and keep their weights.
    let base: Vec<f64> = (0..rows).map(|row| own.at(row)).collect();
    for _ in 0..how.resamples {
        weights.fill(0.0);
        for _ in 0..rows {
            let row = below(&mut random, rows);
            weights[row] += base[row];
        }
        for (ready, figures) in prepared.iter().zip(&mut figures) {
            let figure = ready.as_ref().and_then(|ready| ready(RowWeights::Given(&weights)).number());
            figures.extend(figure.filter(|figure| figure.is_finite()));
        }
    }
    figures
        .into_iter()
        .map(|mut figures| {
            figures.sort_by(f64::total_cmp);
            let tail = (1.0 - how.level) / 2.0;
            let enough = !figures.is_empty() && figures.len() * 2 > how.resamples;
            enough.then(|| Interval { low: quantile(&figures, tail), high: quantile(&figures, 1.0 - tail) })
        })
        .collect()
}

/// Runs `then` on the weights of each resample of so many rows, the same every time.
pub fn resamples(rows: usize, count: usize, mut then: impl FnMut(&[f64])) {
    let mut random = ChaCha8Rng::seed_from_u64(0);
    let mut weights = vec![0.0; rows];
    for _ in 0..count {
        weights.fill(0.0);
        for _ in 0..rows {
            weights[below(&mut random, rows)] += 1.0;
        }
        then(&weights);
    }
}

/// A whole number below `bound`, each with the same chance (off by less than one in 2³²).
fn below(random: &mut ChaCha8Rng, bound: usize) -> usize {
    ((u128::from(random.next_u64()) * bound as u128) >> 64) as usize
}

/// Of sorted numbers, with a straight line between neighbours (NumPy's default).
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    low + (high - low) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::metrics;
    use crate::score::{Labels, Prediction};

    fn all(names: &[&str]) -> Vec<MetricDef> {
        let find = |name: &&str| metrics::find(name).and_then(|entry| (entry.from_args)(&Default::default()));
        names.iter().filter_map(find).collect()
    }

    #[test]
    fn the_interval_of_a_share_is_the_binomial_one() {
        // 100 rows, 80 right: the standard error of the share is √(0.8·0.2/100) = 0.04.
        let labels = vec![true; 100];
        let given: Vec<f64> = (0..100).map(|row| if row < 80 { 0.9 } else { 0.1 }).collect();
        let scored = Scored {
            prediction: Prediction::Probabilities { width: 1, values: &given },
            label: Labels::Binary { values: &labels },
            weights: None,
            thresholds: &[],
        };
        let how = Bootstrap { resamples: 4000, ..Bootstrap::default() };
        let intervals = bootstrap(&all(&["accuracy", "auroc", "confusion"]), &scored, &how);
        let accuracy = intervals[0].expect("accuracy is defined");
        assert!((accuracy.low - (0.8 - 1.96 * 0.04)).abs() < 0.012, "{accuracy:?}");
        assert!((accuracy.high - (0.8 + 1.96 * 0.04)).abs() < 0.012, "{accuracy:?}");
        assert_eq!(intervals[1..], [None, None], "one class, and no number");
        assert_eq!(
            bootstrap(&all(&["accuracy"]), &scored, &how)[0],
            Some(accuracy),
            "the same seed, the same interval"
        );
        let other = Bootstrap { seed: 1, ..how };
        assert_ne!(bootstrap(&all(&["accuracy"]), &scored, &other)[0], Some(accuracy));
    }

    #[test]
    fn counts_as_weights_are_resampled_rows() {
        let label = [1.0, 2.0, 4.0, 7.0, 11.0];
        let given = [1.5, 2.5, 3.0, 7.5, 9.0];
        let picked = [0_usize, 1, 1, 3, 3];
        let metrics = all(&["mae", "mse", "r2", "rmse"]);
        let of = |label: &[f64], given: &[f64], weights: Option<&[f64]>| -> Vec<f64> {
            let scored = Scored {
                prediction: Prediction::Numbers { width: 1, values: given },
                label: Labels::Numbers { width: 1, values: label },
                weights,
                thresholds: &[],
            };
            let figure = |metric| crate::score::metrics::compute(metric, &scored).number();
            metrics.iter().filter_map(figure).collect()
        };
        let take = |values: &[f64]| picked.iter().map(|&row| values[row]).collect::<Vec<f64>>();
        let rows = of(&take(&label), &take(&given), None);
        let weights = of(&label, &given, Some(&[1.0, 2.0, 0.0, 2.0, 0.0]));
        assert_eq!(rows.len(), 4);
        for (one, other) in rows.iter().zip(&weights) {
            assert!((one - other).abs() < 1e-12, "{rows:?} {weights:?}");
        }
    }
}
