//! The inner products of the tasks' gradients.

/// A symmetric matrix of inner products, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Gramian {
    size: usize,
    values: Vec<f64>,
}

impl Gramian {
    /// From `size · size` values.
    pub fn new(size: usize, values: Vec<f64>) -> Self {
        assert_eq!(values.len(), size * size, "a Gramian is square");
        Self { size, values }
    }

    pub fn zero(size: usize) -> Self {
        Self { size, values: vec![0.0; size * size] }
    }

    pub fn from_rows(rows: &[Vec<f64>]) -> Self {
        let size = rows.len();
        let mut gramian = Self::zero(size);
        for i in 0..size {
            for j in 0..=i {
                let product: f64 = rows[i].iter().zip(&rows[j]).map(|(a, b)| a * b).sum();
                gramian.values[i * size + j] = product;
                gramian.values[j * size + i] = product;
            }
        }
        gramian
    }

    pub fn size(&self) -> usize {
        self.size
    }

    pub fn get(&self, i: usize, j: usize) -> f64 {
        self.values[i * self.size + j]
    }

    pub fn set(&mut self, i: usize, j: usize, value: f64) {
        self.values[i * self.size + j] = value;
    }

    pub fn values(&self) -> &[f64] {
        &self.values
    }

    pub fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.size..(i + 1) * self.size]
    }

    /// ‖g‖² of a task; never negative.
    pub fn square(&self, i: usize) -> f64 {
        self.get(i, i).max(0.0)
    }

    /// ‖g‖ of each task.
    pub fn norms(&self) -> Vec<f64> {
        (0..self.size).map(|i| self.square(i).sqrt()).collect()
    }

    pub fn trace(&self) -> f64 {
        (0..self.size).map(|i| self.square(i)).sum()
    }

    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.size).map(|i| self.row(i).iter().zip(vector).map(|(a, b)| a * b).sum()).collect()
    }

    /// ‖Σ w·g‖², never negative.
    pub fn quadratic(&self, weights: &[f64]) -> f64 {
        self.times(weights).iter().zip(weights).map(|(a, b)| a * b).sum::<f64>().max(0.0)
    }

    /// Each gradient times its factor.
    pub fn scaled(&self, factors: &[f64]) -> Self {
        let mut result = self.clone();
        for i in 0..self.size {
            for j in 0..self.size {
                result.values[i * self.size + j] *= factors[i] * factors[j];
            }
        }
        result
    }

    /// Rows and columns of these indices.
    pub fn select(&self, indices: &[usize]) -> Self {
        let values = indices.iter().flat_map(|i| indices.iter().map(|j| self.get(*i, *j))).collect();
        Self { size: indices.len(), values }
    }

    /// The gradients at length one; a zero gradient stays zero.
    pub fn cosines(&self) -> Self {
        let inverse: Vec<f64> = self.norms().iter().map(|norm| if *norm > 0.0 { 1.0 / norm } else { 0.0 }).collect();
        self.scaled(&inverse)
    }

    /// Divided by the trace; `None` if all gradients are zero.
    pub fn per_trace(&self) -> Option<Self> {
        let trace = self.trace();
        let factor = 1.0 / trace;
        (trace > 0.0 && factor.is_finite())
            .then(|| Self { size: self.size, values: self.values.iter().map(|value| value * factor).collect() })
    }
}
