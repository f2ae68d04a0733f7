//! `crf`: the forward algorithm, one place after another.

use burn::tensor::{Bool, Int, Tensor, TensorData};

use super::ComputeLoss;
use crate::catalog::losses::crf::Crf;
use crate::lower::{Real, Value};

impl ComputeLoss for Crf {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        let scores = &outputs[0];
        let (rows, places, pairs) = (scores.shape()[0], scores.shape()[1], scores.width());
        let tags = pairs.isqrt();
        let device = scores.device();
        let lengths = target.lengths(1);
        let flags = |is: &dyn Fn(usize) -> bool| {
            let flags: Vec<bool> = lengths.iter().map(|length| is(*length)).collect();
            Tensor::<1, Bool>::from_data(TensorData::new(flags, [rows]), &device)
        };
        let at = |place: usize| scores.ranked::<3>().narrow(1, place, 1).reshape([rows, tags, tags]);
        // The logarithm of the sum over all sequences up to a place that end in each tag; of a row that is over, what it was.
        let mut sums = at(0).narrow(1, 0, 1).reshape([rows, tags]);
        for place in 1..places {
            let longer = log_sum_exp(sums.clone().reshape([rows, tags, 1]) + at(place));
            let over = flags(&|length| length <= place).reshape([rows, 1]).expand([rows, tags]);
            sums = longer.mask_where(over, sums);
        }
        let all = log_sum_exp(sums.reshape([rows, tags, 1])).reshape([rows]);
        let of_right = scores.ranked::<3>().gather(2, chosen(target, rows, places, tags)).reshape([rows, places]);
        let padding = lengths.iter().flat_map(|length| (0..places).map(move |place| place >= *length)).collect();
        let padding = Tensor::<2, Bool>::from_data(TensorData::new::<bool, _>(padding, [rows, places]), &device);
        let right = of_right.mask_fill(padding, 0.0).sum_dim(1).reshape([rows]);
        (all - right).mask_fill(flags(&|length| length == 0), 0.0)
    }
}

/// Of each place of the right sequence, which of the scores there is its own: `[rows, places, 1]`.
fn chosen(target: &Value, rows: usize, places: usize, tags: usize) -> Tensor<3, Int> {
    let right: Vec<i64> = target.index().flat().into_data().iter::<i64>().collect();
    let chosen = (0..rows * places).map(|at| {
        let before = if at % places == 0 { 0 } else { right[at - 1] };
        before * tags as i64 + right[at]
    });
    let device = target.index().flat().device();
    Tensor::from_data(TensorData::new(chosen.collect::<Vec<i64>>(), [rows, places, 1]), &device)
}

/// ln Σ exp over the second axis, which is taken away.
fn log_sum_exp(values: Tensor<3>) -> Tensor<2> {
    let [rows, _, others] = values.dims();
    let largest = values.clone().max_dim(1).detach();
    let sum = (values - largest.clone()).exp().sum_dim(1).log() + largest;
    sum.reshape([rows, others])
}
