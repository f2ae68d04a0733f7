//! A Gaussian process over settings (Rasmussen and Williams 2006, algorithm 2.1): what a score may be where none was
//! measured. Scores are standardised; the kernel is Matérn 5/2 with a length per axis, and a share of noise.

/// How alike two settings are, and how much of a score is chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    /// For each feature, the distance over which scores stay alike.
    pub lengths: Vec<f64>,
    /// The variance of a repeated score, in standardised units.
    pub noise: f64,
}

impl Kernel {
    fn between(&self, left: &[f64], right: &[f64]) -> f64 {
        let squared: f64 = left
            .iter()
            .zip(right)
            .zip(&self.lengths)
            .map(|((left, right), length)| ((left - right) / length).powi(2))
            .sum();
        let distance = (5.0 * squared).sqrt();
        (1.0 + distance + 5.0 * squared / 3.0) * (-distance).exp()
    }
}

pub struct GaussianProcess {
    points: Vec<Vec<f64>>,
    kernel: Kernel,
    /// Of the scores.
    mean: f64,
    deviation: f64,
    standardised: Vec<f64>,
    /// The lower Cholesky factor of the kernel matrix, row by row.
    factor: Vec<Vec<f64>>,
    /// The kernel matrix's inverse times the scores.
    weights: Vec<f64>,
}

/// Lengths and noises that are tried.
const LENGTHS: [f64; 6] = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2];
const NOISES: [f64; 4] = [1e-4, 1e-2, 0.1, 0.4];

impl GaussianProcess {
    /// `None` if there is no score, or the kernel matrix is singular.
    pub fn new(points: Vec<Vec<f64>>, scores: &[f64], kernel: Kernel) -> Option<Self> {
        if points.is_empty() || points.len() != scores.len() {
            return None;
        }
        let count = scores.len() as f64;
        let mean = scores.iter().sum::<f64>() / count;
        let spread = (scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / count).sqrt();
        let deviation = if spread > 1e-12 { spread } else { 1.0 };
        let standardised: Vec<f64> = scores.iter().map(|score| (score - mean) / deviation).collect();
        let matrix: Vec<Vec<f64>> = points
            .iter()
            .enumerate()
            .map(|(row, left)| {
                let cell = |(column, right): (usize, &Vec<f64>)| {
                    // A little on the diagonal, so that equal settings do no harm.
                    kernel.between(left, right) + if row == column { kernel.noise + 1e-9 } else { 0.0 }
                };
                points.iter().enumerate().map(cell).collect()
            })
            .collect();
        let factor = cholesky(&matrix)?;
        let weights = backward(&factor, &forward(&factor, &standardised));
        Some(Self { points, kernel, mean, deviation, standardised, factor, weights })
    }

    /// The lengths and noise under which the scores are likeliest: one axis at a time, twice around. `axes` says of which
    /// axis each feature is.
    pub fn fitted(points: &[Vec<f64>], scores: &[f64], axes: &[usize]) -> Option<Self> {
        let count = axes.iter().max().map_or(0, |last| last + 1);
        let mut lengths = vec![0.4; count];
        let mut noise = NOISES[1];
        let make = |lengths: &[f64], noise: f64| {
            let lengths = axes.iter().map(|axis| lengths[*axis]).collect();
            Self::new(points.to_vec(), scores, Kernel { lengths, noise })
        };
        let mut best = make(&lengths, noise)?;
        for _ in 0..2 {
            for axis in 0..=count {
                let steps: &[f64] = if axis == count { &NOISES } else { &LENGTHS };
                for step in steps {
                    let (mut tried, mut tried_noise) = (lengths.clone(), noise);
                    match tried.get_mut(axis) {
                        Some(length) => *length = *step,
                        None => tried_noise = *step,
                    }
                    let Some(candidate) = make(&tried, tried_noise) else { continue };
                    if candidate.log_likelihood() > best.log_likelihood() + 1e-12 {
                        (best, lengths, noise) = (candidate, tried, tried_noise);
                    }
                }
            }
        }
        Some(best)
    }

    /// The mean and standard deviation of the score at a point, without the noise of measuring it.
    pub fn predict(&self, point: &[f64]) -> (f64, f64) {
        let alike: Vec<f64> = self.points.iter().map(|other| self.kernel.between(point, other)).collect();
        let mean: f64 = alike.iter().zip(&self.weights).map(|(alike, weight)| alike * weight).sum();
        let known: f64 = forward(&self.factor, &alike).iter().map(|value| value * value).sum();
        (self.mean + self.deviation * mean, self.deviation * (1.0 - known).max(0.0).sqrt())
    }

    /// Of the standardised scores.
    pub fn log_likelihood(&self) -> f64 {
        let fit: f64 = self.standardised.iter().zip(&self.weights).map(|(score, weight)| score * weight).sum();
        let size: f64 = self.factor.iter().enumerate().map(|(row, values)| values[row].ln()).sum();
        -0.5 * fit - size - 0.5 * self.points.len() as f64 * std::f64::consts::TAU.ln()
    }
}

/// The lower factor L of a symmetric positive definite matrix, L Lᵀ.
fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (row, values) in matrix.iter().enumerate() {
        let mut own = vec![0.0; row + 1];
        for column in 0..=row {
            let known: f64 = if column < row {
                own[..column].iter().zip(&factor[column]).map(|(left, right)| left * right).sum()
            } else {
                own[..column].iter().map(|value| value * value).sum()
            };
            let rest = values[column] - known;
            if column < row {
                own[column] = rest / factor[column][column];
            } else if rest > 0.0 && rest.is_finite() {
                own[column] = rest.sqrt();
            } else {
                return None;
            }
        }
        factor.push(own);
    }
    Some(factor)
}

/// Solves L x = b.
fn forward(factor: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let mut solved: Vec<f64> = Vec::with_capacity(right.len());
    for (row, value) in factor.iter().zip(right) {
        let known: f64 = row.iter().zip(&solved).map(|(left, solved)| left * solved).sum();
        solved.push((value - known) / row[solved.len()]);
    }
    solved
}

/// Solves Lᵀ x = b.
fn backward(factor: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let mut solved = right.to_vec();
    for row in (0..factor.len()).rev() {
        let known: f64 = (row + 1..factor.len()).map(|below| factor[below][row] * solved[below]).sum();
        solved[row] = (solved[row] - known) / factor[row][row];
    }
    solved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-7, "{value} is not {expected}");
    }

    #[test]
    fn a_factor_by_hand() {
        let factor = cholesky(&[vec![4.0, 2.0], vec![2.0, 5.0]]).unwrap();
        assert_eq!(factor, [vec![2.0], vec![1.0, 2.0]]);
        // [4 2; 2 5] x = [8, 9] has x = [11/8, 5/4].
        let solved = backward(&factor, &forward(&factor, &[8.0, 9.0]));
        assert_eq!(solved, [1.375, 1.25]);
        assert!(cholesky(&[vec![1.0, 2.0], vec![2.0, 1.0]]).is_none());
    }

    #[test]
    fn two_points_by_hand() {
        // Scores 3 and 1: standardised to 1 and −1. The kernel matrix is [1+s k; k 1+s], its inverse times (1, −1) is
        // (1, −1) / (1 + s − k).
        let (noise, root) = (0.01, 5_f64.sqrt());
        let k = (1.0 + root + 5.0 / 3.0) * (-root).exp();
        let process =
            GaussianProcess::new(vec![vec![0.0], vec![1.0]], &[3.0, 1.0], Kernel { lengths: vec![1.0], noise })
                .unwrap();
        let (mean, deviation) = process.predict(&[0.0]);
        near(mean, 2.0 + (1.0 - k) / (1.0 + noise - k));
        let s = 1.0 + noise;
        let variance = 1.0 - (s - 2.0 * k * k + s * k * k) / (s * s - k * k);
        near(deviation, variance.sqrt());
        near(process.predict(&[0.5]).0, 2.0);
        // Far away nothing is known: the mean of all scores, and their spread.
        let (mean, deviation) = process.predict(&[1000.0]);
        near(mean, 2.0);
        near(deviation, 1.0);
        let likelihood = -1.0 / (1.0 + noise - k) - 0.5 * (s * s - k * k).ln() - std::f64::consts::TAU.ln();
        near(process.log_likelihood(), likelihood);
    }

    #[test]
    fn a_fit_finds_the_axis_that_matters() {
        let points: Vec<Vec<f64>> =
            (0..25).map(|index| vec![f64::from(index % 5) / 4.0, f64::from(index / 5) / 4.0]).collect();
        let scores: Vec<f64> = points.iter().map(|point| (4.0 * point[0]).sin()).collect();
        let process = GaussianProcess::fitted(&points, &scores, &[0, 1]).unwrap();
        assert!(process.kernel.lengths[1] > 2.0 * process.kernel.lengths[0], "{:?}", process.kernel);
        let (mean, _) = process.predict(&[0.4, 0.9]);
        assert!((mean - 1.6_f64.sin()).abs() < 0.05, "{mean}");
    }

    #[test]
    fn equal_scores_and_points_do_no_harm() {
        let process = GaussianProcess::fitted(&[vec![0.5], vec![0.5]], &[0.7, 0.7], &[0]).unwrap();
        let (mean, deviation) = process.predict(&[0.5]);
        near(mean, 0.7);
        assert!(deviation.is_finite());
        assert!(GaussianProcess::fitted(&[], &[], &[0]).is_none());
    }
}
