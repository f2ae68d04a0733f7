//! `min ½·vᵀ·H·v + qᵀ·v` over `v ≥ 0`, by principal pivoting.
//!
//! The optimum is the complementary pair `v ≥ 0`, `H·v + q ≥ 0`. A table holds the system solved for one of each
//! pair; a pivot exchanges one pair at the cost of T² operations, and the table stays for the next q with the same H,
//! as `upgrad` needs. Ends for every positive definite H by Murty's rule of the least index (Murty 1974), to which it
//! turns if the greedy rule takes too long.

use crate::train::balancers::Gramian;

/// Pivots below this (on a matrix of unit diagonal) are rounding: the gradient is a mixture of the others.
const SMALLEST_PIVOT: f64 = 1e-13;

pub struct Complementarity {
    size: usize,
    /// H at a unit diagonal.
    matrix: Gramian,
    scale: Vec<f64>,
    table: Vec<f64>,
    /// The v that are not held at zero.
    free: Vec<bool>,
}

impl Complementarity {
    pub fn new(matrix: &Gramian) -> Self {
        let size = matrix.size();
        let scale: Vec<f64> = matrix.norms().iter().map(|norm| if *norm > 0.0 { 1.0 / norm } else { 0.0 }).collect();
        let matrix = matrix.scaled(&scale);
        Self { size, table: matrix.values().to_vec(), matrix, scale, free: vec![false; size] }
    }

    pub fn solve(&mut self, linear: &[f64]) -> Vec<f64> {
        let q: Vec<f64> = linear.iter().zip(&self.scale).map(|(a, b)| a * b).collect();
        let mut v = self.attempt(&q);
        if self.violation(&v, &q) > 1e-7 {
            // The table has drifted: start it anew.
            self.table = self.matrix.values().to_vec();
            self.free = vec![false; self.size];
            v = self.attempt(&q);
        }
        v.iter().zip(&self.scale).map(|(a, b)| a * b).collect()
    }

    fn attempt(&mut self, q: &[f64]) -> Vec<f64> {
        let size = self.size;
        let top = q.iter().fold(0.0f64, |top, value| top.max(value.abs()));
        if top == 0.0 {
            return vec![0.0; size];
        }
        let mut values = self.values(q);
        let mut blocked = vec![false; size];
        let tolerance = 1e-13 * top;
        for turn in 0..200 * size + 200 {
            let wrong = (0..size).filter(|i| !blocked[*i] && values[*i] < -tolerance);
            let greedy = turn < 10 * size + 10;
            let chosen = if greedy { wrong.min_by(|i, j| values[*i].total_cmp(&values[*j])) } else { wrong.min() };
            let Some(k) = chosen else { break };
            let pivot = self.table[k * size + k];
            if !self.free[k] && pivot < SMALLEST_PIVOT {
                blocked[k] = true;
                continue;
            }
            self.exchange(k, &mut values);
        }
        self.refined(q, &values)
    }

    /// The solved side of the system: v where free, the slope where held at zero.
    fn values(&self, q: &[f64]) -> Vec<f64> {
        (0..self.size)
            .map(|i| {
                let row = &self.table[i * self.size..(i + 1) * self.size];
                let sum: f64 = (0..self.size).filter(|k| self.free[*k]).map(|k| row[k] * q[k]).sum();
                if self.free[i] { -sum } else { q[i] - sum }
            })
            .collect()
    }

    fn exchange(&mut self, k: usize, values: &mut [f64]) {
        let size = self.size;
        let pivot = self.table[k * size + k];
        let row: Vec<f64> = self.table[k * size..(k + 1) * size].to_vec();
        for i in (0..size).filter(|i| *i != k) {
            let factor = self.table[i * size + k] / pivot;
            if factor != 0.0 {
                for (entry, above) in self.table[i * size..(i + 1) * size].iter_mut().zip(&row) {
                    *entry -= factor * above;
                }
                values[i] -= factor * values[k];
            }
            self.table[i * size + k] = factor;
        }
        for (j, above) in row.iter().enumerate() {
            self.table[k * size + j] = if j == k { 1.0 / pivot } else { -above / pivot };
        }
        values[k] = -values[k] / pivot;
        self.free[k] = !self.free[k];
    }

    /// One step of iterative refinement on the free part, then cut at zero.
    fn refined(&self, q: &[f64], values: &[f64]) -> Vec<f64> {
        let mut v: Vec<f64> = (0..self.size).map(|i| if self.free[i] { values[i] } else { 0.0 }).collect();
        let slope = self.matrix.times(&v);
        let residual: Vec<f64> = (0..self.size).map(|i| if self.free[i] { slope[i] + q[i] } else { 0.0 }).collect();
        for i in (0..self.size).filter(|i| self.free[*i]) {
            let row = &self.table[i * self.size..(i + 1) * self.size];
            v[i] -= row.iter().zip(&residual).map(|(a, b)| a * b).sum::<f64>();
        }
        for value in &mut v {
            *value = if value.is_finite() { value.max(0.0) } else { 0.0 };
        }
        v
    }

    /// How far from optimal, relative to q.
    fn violation(&self, v: &[f64], q: &[f64]) -> f64 {
        let top = q.iter().fold(f64::MIN_POSITIVE, |top, value| top.max(value.abs()));
        let slope = self.matrix.times(v);
        let wrong = (0..self.size).map(|i| {
            let slope = slope[i] + q[i];
            if v[i] > 0.0 { slope.abs() } else { (-slope).max(0.0) }
        });
        wrong.fold(0.0f64, f64::max) / top
    }
}
