//! What maps pictures by one matrix along the height and another along the width, and back by their transposes: nothing is learnt.

use burn::tensor::{Tensor, TensorData};

use super::Cotangents;
use crate::lower::Real;

/// `[out, in]`, row by row.
pub(super) struct Matrix {
    values: Vec<f32>,
    shape: [usize; 2],
}

impl Matrix {
    /// Of which each output is a sum over inputs, each with its share.
    pub(super) fn of(outputs: usize, inputs: usize, shares: impl Fn(usize) -> Vec<(usize, f32)>) -> Self {
        let mut values = vec![0.0; outputs * inputs];
        for output in 0..outputs {
            for (input, share) in shares(output) {
                values[output * inputs + input] += share;
            }
        }
        Self { values, shape: [outputs, inputs] }
    }

    fn on(&self, like: &Real) -> Tensor<2> {
        Tensor::from_data(TensorData::new(self.values.clone(), self.shape), &like.device())
    }
}

/// `[rows, channels, height, width]`, each picture times one matrix from the left and the other's transpose from the right.
pub(super) fn apply(x: &Real, down: &Matrix, across: &Matrix) -> Real {
    mapped(x, down.on(x), across.on(x).transpose())
}

/// The cotangent of what [`apply`] was given.
pub(super) fn back(cotangent: &Real, down: &Matrix, across: &Matrix) -> Cotangents {
    Cotangents::input(mapped(cotangent, down.on(cotangent).transpose(), across.on(cotangent)))
}

fn mapped(x: &Real, left: Tensor<2>, right: Tensor<2>) -> Real {
    let [rows, channels, height, width] = x.ranked::<4>().dims();
    let ([tall, _], [_, wide]) = (left.dims(), right.dims());
    let across = x.flat().reshape([rows * channels * height, width]).matmul(right);
    let both = left.unsqueeze::<3>().matmul(across.reshape([rows * channels, height, wide]));
    Real::new(both.reshape([rows, channels, tall, wide]))
}
