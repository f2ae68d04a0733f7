//! Eigenvalues and eigenvectors of symmetric matrices, for principal components.

/// An eigenvalue and its eigenvector, of length 1.
pub type Eigen = (f64, Vec<f64>);

/// All eigenvalues of a symmetric matrix of `size` rows, the largest first.
///
/// Householder's reflections make the matrix tridiagonal and the implicit QL method makes that diagonal: `tred2` and `tql2` of
/// EISPACK (Martin, Reinsch and Wilkinson 1968; Bowdler et al. 1968).
pub fn eigen(matrix: Vec<f64>, size: usize) -> Vec<Eigen> {
    if size == 0 {
        return Vec::new();
    }
    let mut solver = Solver { size, columns: matrix, diagonal: vec![0.0; size], beside: vec![0.0; size] };
    solver.make_tridiagonal();
    solver.make_diagonal();
    let mut pairs: Vec<Eigen> =
        solver.diagonal.iter().copied().zip(solver.columns.chunks(size).map(<[f64]>::to_vec)).collect();
    pairs.sort_by(|left, right| right.0.total_cmp(&left.0));
    pairs
}

struct Solver {
    size: usize,
    /// Column by column; in the end the eigenvectors.
    columns: Vec<f64>,
    diagonal: Vec<f64>,
    beside: Vec<f64>,
}

impl Solver {
    fn at(&self, row: usize, column: usize) -> f64 {
        self.columns[column * self.size + row]
    }

    fn set(&mut self, row: usize, column: usize, value: f64) {
        self.columns[column * self.size + row] = value;
    }

    fn make_tridiagonal(&mut self) {
        let n = self.size;
        for j in 0..n {
            self.diagonal[j] = self.at(n - 1, j);
        }
        for i in (1..n).rev() {
            let scale: f64 = self.diagonal[..i].iter().map(|value| value.abs()).sum();
            let mut h = 0.0;
            if scale == 0.0 {
                self.beside[i] = self.diagonal[i - 1];
                for j in 0..i {
                    self.diagonal[j] = self.at(i - 1, j);
                    self.set(i, j, 0.0);
                    self.set(j, i, 0.0);
                }
            } else {
                h = self.reflect(i, scale);
            }
            self.diagonal[i] = h;
        }
        self.gather();
    }

    /// Takes row `i` to its place beside the diagonal; gives half the squared length of the mirror's normal.
    fn reflect(&mut self, i: usize, scale: f64) -> f64 {
        self.diagonal[..i].iter_mut().for_each(|value| *value /= scale);
        let mut h: f64 = self.diagonal[..i].iter().map(|value| value * value).sum();
        let f = self.diagonal[i - 1];
        let g = if f > 0.0 { -h.sqrt() } else { h.sqrt() };
        self.beside[i] = scale * g;
        h -= f * g;
        self.diagonal[i - 1] = f - g;
        self.beside[..i].fill(0.0);
        for j in 0..i {
            let f = self.diagonal[j];
            self.set(j, i, f);
            let mut g = self.beside[j] + self.at(j, j) * f;
            let column = &self.columns[j * self.size..][j + 1..i];
            let normal = &self.diagonal[j + 1..i];
            for ((value, part), sum) in column.iter().zip(normal).zip(&mut self.beside[j + 1..i]) {
                g += value * part;
                *sum += value * f;
            }
            self.beside[j] = g;
        }
        let mut f = 0.0;
        for j in 0..i {
            self.beside[j] /= h;
            f += self.beside[j] * self.diagonal[j];
        }
        for j in 0..i {
            self.beside[j] -= f / (h + h) * self.diagonal[j];
        }
        for j in 0..i {
            let (f, g) = (self.diagonal[j], self.beside[j]);
            let column = &mut self.columns[j * self.size..][j..i];
            for ((value, along), part) in column.iter_mut().zip(&self.beside[j..i]).zip(&self.diagonal[j..i]) {
                *value -= f * along + g * part;
            }
            self.diagonal[j] = self.at(i - 1, j);
            self.set(i, j, 0.0);
        }
        h
    }

    /// Multiplies the reflections.
    fn gather(&mut self) {
        let n = self.size;
        for i in 0..n - 1 {
            let corner = self.at(i, i);
            self.set(n - 1, i, corner);
            self.set(i, i, 1.0);
            let h = self.diagonal[i + 1];
            if h != 0.0 {
                for k in 0..=i {
                    self.diagonal[k] = self.at(k, i + 1) / h;
                }
                for j in 0..=i {
                    let g: f64 = (0..=i).map(|k| self.at(k, i + 1) * self.at(k, j)).sum();
                    let column = &mut self.columns[j * n..][..=i];
                    column.iter_mut().zip(&self.diagonal).for_each(|(value, part)| *value -= g * part);
                }
            }
            self.columns[(i + 1) * n..][..=i].fill(0.0);
        }
        for j in 0..n {
            self.diagonal[j] = self.at(n - 1, j);
            self.set(n - 1, j, 0.0);
        }
        self.set(n - 1, n - 1, 1.0);
        self.beside[0] = 0.0;
    }

    fn make_diagonal(&mut self) {
        let n = self.size;
        self.beside.rotate_left(1);
        let (mut shift, mut largest) = (0.0, 0.0f64);
        for l in 0..n {
            largest = largest.max(self.diagonal[l].abs() + self.beside[l].abs());
            let negligible = |value: f64| value.abs() <= f64::EPSILON * largest;
            let Some(m) = (l..n).find(|m| negligible(self.beside[*m])) else { continue };
            if m > l {
                loop {
                    shift += self.turn(l, m);
                    if negligible(self.beside[l]) {
                        break;
                    }
                }
            }
            self.diagonal[l] += shift;
            self.beside[l] = 0.0;
        }
    }

    /// One implicit QL step on the block from `l` to `m`; gives what the diagonal was shifted by.
    fn turn(&mut self, l: usize, m: usize) -> f64 {
        let n = self.size;
        let (d, e) = (&mut self.diagonal, &mut self.beside);
        let g = d[l];
        let half = (d[l + 1] - g) / (2.0 * e[l]);
        let root = half.hypot(1.0).copysign(half);
        d[l] = e[l] / (half + root);
        d[l + 1] = e[l] * (half + root);
        let (next, shift) = (d[l + 1], g - d[l]);
        d[l + 2..].iter_mut().for_each(|value| *value -= shift);
        let mut p = d[m];
        let (mut c, mut c2, mut c3) = (1.0, 1.0, 1.0);
        let (mut s, mut s2) = (0.0, 0.0);
        let beside = e[l + 1];
        for i in (l..m).rev() {
            (c3, c2, s2) = (c2, c, s);
            let (g, h) = (c * e[i], c * p);
            let r = p.hypot(e[i]);
            e[i + 1] = s * r;
            s = e[i] / r;
            c = p / r;
            p = c * d[i] - s * g;
            d[i + 1] = h + s * (c * g + s * d[i]);
            let (before, after) = self.columns.split_at_mut((i + 1) * n);
            for (low, high) in before[i * n..].iter_mut().zip(&mut after[..n]) {
                (*low, *high) = (c * *low - s * *high, s * *low + c * *high);
            }
        }
        p = -s * s2 * c3 * beside * e[l] / next;
        e[l] = s * p;
        d[l] = c * p;
        shift
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_is_put_together_again_from_its_eigenvectors() {
        for size in [1, 2, 3, 7, 40] {
            // Symmetric, of low rank beside a small diagonal, with equal eigenvalues among them.
            let entry = |i: usize, j: usize| {
                let wave = |k: usize| ((k * k + 3 * k) as f64 * 0.7).sin();
                wave(i) * wave(j) * 5.0 + if i == j { 0.5 } else { 0.0 }
            };
            let matrix: Vec<f64> = (0..size * size).map(|place| entry(place / size, place % size)).collect();
            let pairs = eigen(matrix, size);
            assert!(pairs.windows(2).all(|pair| pair[0].0 >= pair[1].0));
            for i in 0..size {
                for j in 0..size {
                    let again: f64 = pairs.iter().map(|(value, vector)| value * vector[i] * vector[j]).sum();
                    assert!((again - entry(i, j)).abs() < 1e-12 * size as f64, "{size}: {i} {j} {again}");
                    let product: f64 = (0..size).map(|k| pairs[i].1[k] * pairs[j].1[k]).sum();
                    assert!((product - f64::from(i == j)).abs() < 1e-12 * size as f64);
                }
            }
        }
    }

    #[test]
    fn known_eigenvalues_are_found() {
        // Of the second difference of n places: 2 − 2·cos(k·π / (n + 1)).
        let n = 9usize;
        let matrix = (0..n * n).map(|place| match (place / n).abs_diff(place % n) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        });
        for (index, (value, _)) in eigen(matrix.collect(), n).iter().enumerate() {
            let expected = 2.0 - 2.0 * ((n - index) as f64 * std::f64::consts::PI / (n + 1) as f64).cos();
            assert!((value - expected).abs() < 1e-13, "{value} {expected}");
        }
    }
}
