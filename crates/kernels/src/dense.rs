//! Fully connected layers, x·W + b, and their gradients: the bias is where the product begins, and no number is written twice.

use gemm::Parallelism;
use rayon::prelude::*;

use crate::matrix::{Matrix, multiply_by, product};

/// Rows `[rows, inputs]`, weights `[inputs, units]`, outputs `[rows, units]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dense {
    pub rows: usize,
    pub inputs: usize,
    pub units: usize,
}

/// Rows that one thread adds up at a time. Their sums are added up in the order of the rows, however many threads there are.
const ROWS: usize = 256;

impl Dense {
    fn check(&self, numbers: &[f32], [rows, columns]: [usize; 2], what: &str) {
        assert_eq!(numbers.len(), rows * columns, "{what} of {self:?}");
    }

    /// # Panics
    /// If a slice has not the size that the layer says; so do the others.
    pub fn forward(&self, x: &[f32], weight: &[f32], bias: Option<&[f32]>) -> Vec<f32> {
        let Self { rows, inputs, units } = *self;
        self.check(x, [rows, inputs], "the rows");
        self.check(weight, [inputs, units], "the weights");
        let (left, right) = (Matrix::new(x, rows, inputs, inputs), Matrix::new(weight, inputs, units, units));
        let Some(bias) = bias else { return product(Parallelism::Rayon(0), left, right) };
        self.check(bias, [1, units], "the bias");
        if rows == 1 || inputs <= 2 {
            // Products of one row, or of so few numbers, are added up onto what stands there, others beside it: so the bias comes last in
            // all, and a row's answer does not depend on who stands beside it.
            let mut outputs = product(Parallelism::Rayon(0), left, right);
            let rows = outputs.chunks_exact_mut(units.max(1));
            rows.for_each(|row| row.iter_mut().zip(bias).for_each(|(output, bias)| *output += bias));
            return outputs;
        }
        let mut outputs = Vec::with_capacity(rows * units);
        (0..rows).for_each(|_| outputs.extend_from_slice(bias));
        multiply_by(Parallelism::Rayon(0), (&mut outputs, units), left, right, 1.0, true);
        outputs
    }

    /// Of the rows, given that of the outputs.
    ///
    /// # Panics
    /// As [`Dense::forward`].
    pub fn input_gradient(&self, weight: &[f32], gradient: &[f32]) -> Vec<f32> {
        let Self { rows, inputs, units } = *self;
        self.check(weight, [inputs, units], "the weights");
        self.check(gradient, [rows, units], "the outputs' gradient");
        let weight = Matrix::new(weight, inputs, units, units).transposed();
        product(Parallelism::Rayon(0), Matrix::new(gradient, rows, units, units), weight)
    }

    /// Of the weights, given that of the outputs.
    ///
    /// # Panics
    /// As [`Dense::forward`].
    pub fn weight_gradient(&self, x: &[f32], gradient: &[f32]) -> Vec<f32> {
        let Self { rows, inputs, units } = *self;
        self.check(x, [rows, inputs], "the rows");
        self.check(gradient, [rows, units], "the outputs' gradient");
        let x = Matrix::new(x, rows, inputs, inputs).transposed();
        product(Parallelism::Rayon(0), x, Matrix::new(gradient, rows, units, units))
    }

    /// Of the bias, given that of the outputs.
    ///
    /// # Panics
    /// As [`Dense::forward`].
    pub fn bias_gradient(&self, gradient: &[f32]) -> Vec<f32> {
        self.check(gradient, [self.rows, self.units], "the outputs' gradient");
        let units = self.units.max(1);
        let sum = |rows: &[f32]| {
            let mut sums = vec![0.0; self.units];
            for row in rows.chunks_exact(units) {
                sums.iter_mut().zip(row).for_each(|(sum, number)| *sum += number);
            }
            sums
        };
        if self.rows <= ROWS {
            return sum(gradient);
        }
        let parts: Vec<Vec<f32>> = gradient.par_chunks(ROWS * units).map(sum).collect();
        sum(&parts.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::numbers;

    #[test]
    fn values_and_gradients_are_the_sums_as_they_are_written() {
        for dense in [
            Dense { rows: 1, inputs: 1, units: 1 },
            Dense { rows: 5, inputs: 7, units: 3 },
            Dense { rows: 300, inputs: 33, units: 65 },
            Dense { rows: 600, inputs: 2, units: 1 },
            Dense { rows: 0, inputs: 2, units: 3 },
            Dense { rows: 4, inputs: 0, units: 3 },
        ] {
            let Dense { rows, inputs, units } = dense;
            let (x, weight, bias) = (numbers(1, rows * inputs), numbers(2, inputs * units), numbers(3, units));
            let gradient = numbers(4, rows * units);
            let mut values: Vec<f64> = (0..rows * units).map(|at| f64::from(bias[at % units])).collect();
            let (mut of_x, mut of_weight) = (vec![0.0; rows * inputs], vec![0.0; inputs * units]);
            let mut of_bias = vec![0.0; units];
            for row in 0..rows {
                for unit in 0..units {
                    let slope = f64::from(gradient[row * units + unit]);
                    of_bias[unit] += slope;
                    for input in 0..inputs {
                        let (x, w) = (f64::from(x[row * inputs + input]), f64::from(weight[input * units + unit]));
                        values[row * units + unit] += x * w;
                        of_x[row * inputs + input] += slope * w;
                        of_weight[input * units + unit] += slope * x;
                    }
                }
            }
            let close = |name: &str, found: Vec<f32>, expected: &[f64]| {
                assert_eq!(found.len(), expected.len(), "{name} of {dense:?}");
                for (found, expected) in found.iter().zip(expected) {
                    let off = (f64::from(*found) - expected).abs();
                    assert!(off < 1e-4 * (1.0 + expected.abs()), "{name} of {dense:?}: {found}, not {expected}");
                }
            };
            close("values", dense.forward(&x, &weight, Some(&bias)), &values);
            let without: Vec<f64> = values.iter().enumerate().map(|(at, y)| y - f64::from(bias[at % units])).collect();
            close("values without a bias", dense.forward(&x, &weight, None), &without);
            close("rows", dense.input_gradient(&weight, &gradient), &of_x);
            close("weights", dense.weight_gradient(&x, &gradient), &of_weight);
            close("bias", dense.bias_gradient(&gradient), &of_bias);
        }
    }

    /// Whoever stands beside it.
    #[test]
    fn a_row_has_the_same_bits_alone_as_among_others() {
        for (inputs, units) in [(130, 90), (33, 1), (1, 5), (2, 7)] {
            let (x, weight, bias) = (numbers(1, 70 * inputs), numbers(2, inputs * units), numbers(3, units));
            let of = |x: &[f32]| Dense { rows: x.len() / inputs, inputs, units }.forward(x, &weight, Some(&bias));
            let all = of(&x);
            for rows in [1, 2, 7] {
                let parts: Vec<f32> = x.chunks(rows * inputs).flat_map(of).collect();
                assert!(parts == all, "{rows} rows of {inputs} to {units}");
            }
        }
    }

    #[test]
    fn the_same_bits_for_any_number_of_threads() {
        let dense = Dense { rows: 700, inputs: 130, units: 90 };
        let (x, weight, bias) = (numbers(1, 700 * 130), numbers(2, 130 * 90), numbers(3, 90));
        let gradient = numbers(4, 700 * 90);
        let all = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool of threads");
            pool.install(|| {
                [
                    dense.forward(&x, &weight, Some(&bias)),
                    dense.input_gradient(&weight, &gradient),
                    dense.weight_gradient(&x, &gradient),
                    dense.bias_gradient(&gradient),
                ]
            })
        };
        let one = all(1);
        assert!([2, 5].into_iter().all(|threads| all(threads) == one));
    }
}
