//! Eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations: slow for large matrices, and exact for
//! small ones even when their entries differ by many orders of magnitude.

use super::Cholesky;
use crate::train::balancers::Gramian;

pub struct Eigen {
    /// In descending order.
    pub values: Vec<f64>,
    /// One eigenvector per value.
    pub vectors: Vec<Vec<f64>>,
}

impl Eigen {
    pub fn new(matrix: &Gramian) -> Self {
        let size = matrix.size();
        let mut a = matrix.values().to_vec();
        // The rows of `v` are the eigenvectors.
        let mut v = vec![0.0; size * size];
        for i in 0..size {
            v[i * size + i] = 1.0;
        }
        for _sweep in 0..60 {
            let mut rotated = false;
            for p in 0..size {
                for q in p + 1..size {
                    let off = a[p * size + q];
                    let (app, aqq) = (a[p * size + p], a[q * size + q]);
                    if off == 0.0 || off.abs() <= 1e-17 * (app.abs() * aqq.abs()).sqrt() {
                        continue;
                    }
                    rotated = true;
                    let theta = (aqq - app) / (2.0 * off);
                    let t = if theta.abs() > 1e150 {
                        0.5 / theta
                    } else {
                        theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt())
                    };
                    let c = 1.0 / (t * t + 1.0).sqrt();
                    rotate(&mut a, &mut v, size, (p, q), (c, t * c));
                    a[p * size + p] = app - t * off;
                    a[q * size + q] = aqq + t * off;
                    a[p * size + q] = 0.0;
                    a[q * size + p] = 0.0;
                }
            }
            if !rotated {
                break;
            }
        }
        let mut order: Vec<usize> = (0..size).collect();
        order.sort_by(|i, j| a[j * size + j].total_cmp(&a[i * size + i]));
        Self {
            values: order.iter().map(|i| a[i * size + i]).collect(),
            vectors: order.iter().map(|i| v[i * size..(i + 1) * size].to_vec()).collect(),
        }
    }

    /// How many eigenvalues are above rounding.
    pub fn rank(&self) -> usize {
        let top = self.values.first().copied().unwrap_or(0.0);
        let tolerance = top * self.values.len() as f64 * f64::EPSILON;
        self.values.iter().filter(|value| **value > tolerance && **value > 0.0).count()
    }
}

/// One rotation by cosine and sine in the plane of two axes.
fn rotate(a: &mut [f64], v: &mut [f64], size: usize, (p, q): (usize, usize), (c, s): (f64, f64)) {
    for k in 0..size {
        if k != p && k != q {
            let (akp, akq) = (a[k * size + p], a[k * size + q]);
            let (new_p, new_q) = (c * akp - s * akq, s * akp + c * akq);
            a[k * size + p] = new_p;
            a[p * size + k] = new_p;
            a[k * size + q] = new_q;
            a[q * size + k] = new_q;
        }
        let (vp, vq) = (v[p * size + k], v[q * size + k]);
        v[p * size + k] = c * vp - s * vq;
        v[q * size + k] = s * vp + c * vq;
    }
}

/// `M⁺·right`: the solution if there is one, else that of least squares with the least length.
pub fn inverse_times(matrix: &Gramian, right: &[f64]) -> Vec<f64> {
    if let Some(factor) = Cholesky::new(matrix) {
        return factor.solve(right);
    }
    let eigen = Eigen::new(matrix);
    // Below this an eigenvalue of a matrix with entries near one is rounding.
    let tolerance = eigen.values.first().copied().unwrap_or(0.0) * matrix.size() as f64 * 1e-14;
    let mut result = vec![0.0; right.len()];
    for (value, vector) in eigen.values.iter().zip(&eigen.vectors) {
        if *value > tolerance {
            let part: f64 = vector.iter().zip(right).map(|(a, b)| a * b).sum::<f64>() / value;
            for (out, component) in result.iter_mut().zip(vector) {
                *out += part * component;
            }
        }
    }
    result
}
