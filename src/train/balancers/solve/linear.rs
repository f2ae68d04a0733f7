//! Positive definite systems.

use crate::train::balancers::Gramian;

/// A lower triangular factor L with `L·Lᵀ` the matrix, scaled to a unit diagonal first.
pub struct Cholesky {
    size: usize,
    lower: Vec<f64>,
    scale: Vec<f64>,
}

impl Cholesky {
    /// `None` if the matrix is not positive definite to within rounding.
    pub fn new(matrix: &Gramian) -> Option<Self> {
        let size = matrix.size();
        let scale: Vec<f64> = (0..size).map(|i| 1.0 / matrix.get(i, i).sqrt()).collect();
        if !scale.iter().all(|value| value.is_finite() && *value > 0.0) {
            return None;
        }
        let mut lower = vec![0.0; size * size];
        for i in 0..size {
            for j in 0..=i {
                let (above, below) = lower.split_at(i * size);
                let left = &below[..j];
                let right = if i == j { left } else { &above[j * size..j * size + j] };
                let dot: f64 = left.iter().zip(right).map(|(a, b)| a * b).sum();
                let value = matrix.get(i, j) * scale[i] * scale[j] - dot;
                if i == j {
                    if value <= 1e-14 * size as f64 || !value.is_finite() {
                        return None;
                    }
                    lower[i * size + i] = value.sqrt();
                } else {
                    lower[i * size + j] = value / lower[j * size + j];
                }
            }
        }
        Some(Self { size, lower, scale })
    }

    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let size = self.size;
        let mut result: Vec<f64> = right.iter().zip(&self.scale).map(|(a, b)| a * b).collect();
        for i in 0..size {
            let row = &self.lower[i * size..i * size + i];
            let dot: f64 = row.iter().zip(&result).map(|(a, b)| a * b).sum();
            result[i] = (result[i] - dot) / self.lower[i * size + i];
        }
        for i in (0..size).rev() {
            let dot: f64 = (i + 1..size).map(|k| self.lower[k * size + i] * result[k]).sum();
            result[i] = (result[i] - dot) / self.lower[i * size + i];
        }
        result.iter().zip(&self.scale).map(|(a, b)| a * b).collect()
    }
}
