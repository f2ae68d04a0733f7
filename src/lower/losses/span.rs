//! `span`: how unlikely the right beginnings and ends are.

use burn::tensor::{Bool, Tensor, TensorData};

use super::ComputeLoss;
use crate::catalog::losses::span::Span;
use crate::lower::{Real, Value};

/// What stands for minus infinity: a softmax gives it nothing, and no gradient is lost in it.
const NEVER: f32 = -1e9;

impl ComputeLoss for Span {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        let scores = &outputs[0];
        let (rows, places) = (scores.shape()[0], scores.shape()[1]);
        let device = scores.device();
        let lengths = target.lengths(1);
        let marks: Vec<i64> = target.index().flat().into_data().iter::<i64>().collect();
        let flags = |is: &dyn Fn(usize, usize) -> bool| {
            let flags: Vec<bool> = (0..rows * places).map(|at| is(at / places, at % places)).collect();
            Tensor::<2, Bool>::from_data(TensorData::new(flags, [rows, places]), &device)
        };
        let padding = flags(&|row, place| place >= lengths[row]);
        let of_edge = |edge: usize| {
            let own = scores.ranked::<3>().narrow(2, edge, 1).reshape([rows, places]);
            let own = own.mask_fill(padding.clone(), NEVER);
            let wrong = flags(&|row, place| place >= lengths[row] || marks[row * places + place] >> edge & 1 == 0);
            log_sum_exp(own.clone()) - log_sum_exp(own.mask_fill(wrong, NEVER))
        };
        let loss = (of_edge(0) + of_edge(1)) / 2.0;
        // A row in which the answer does not stand counts nowhere.
        let without: Vec<bool> = (0..rows)
            .map(|row| marks[row * places..row * places + lengths[row]].iter().all(|mark| *mark == 0))
            .collect();
        loss.mask_fill(Tensor::<1, Bool>::from_data(TensorData::new(without, [rows]), &device), 0.0)
    }
}

/// ln Σ exp over the second axis.
fn log_sum_exp(values: Tensor<2>) -> Tensor<1> {
    let [rows, _] = values.dims();
    let largest = values.clone().max_dim(1).detach();
    ((values - largest.clone()).exp().sum_dim(1).log() + largest).reshape([rows])
}
