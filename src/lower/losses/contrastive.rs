//! `contrastive`: each row's answer among those of the batch.

use burn::tensor::{Bool, Tensor, TensorData};

use super::ComputeLoss;
use crate::catalog::losses::contrastive::Contrastive;
use crate::lower::{Real, Value};

/// What stands for minus infinity: a softmax gives it nothing, and no gradient is lost in it.
const NEVER: f32 = -1e9;

impl ComputeLoss for Contrastive {
    fn rows(&self, outputs: &[Real], target: &Value) -> Tensor<1> {
        let both = &outputs[0];
        let (rows, width) = (both.rows(), both.width() / 2);
        let device = both.device();
        let both = both.ranked::<2>();
        let half = |from: usize| unit(both.clone().narrow(1, from, width));
        let scores = half(0).matmul(half(width).transpose()) / self.temperature as f32;
        let answers = Answers::of(target, rows);
        let excluded = (0..rows * rows).map(|pair| answers.excluded(pair / rows, pair % rows));
        let excluded: Vec<bool> = excluded.collect();
        let excluded = Tensor::<2, Bool>::from_data(TensorData::new(excluded, [rows, rows]), &device);
        let own = scores.clone() * Tensor::<2>::eye(rows, &device);
        let own = own.sum_dim(1).reshape([rows]);
        let scores = scores.mask_fill(excluded, NEVER);
        let mut loss = log_sum_exp(scores.clone()) - own.clone();
        if self.symmetric {
            loss = (loss + log_sum_exp(scores.transpose()) - own) / 2.0;
        }
        let absent = Tensor::<1, Bool>::from_data(TensorData::new(answers.absent(), [rows]), &device);
        loss.mask_fill(absent, 0.0)
    }
}

/// The tokens of the answers of a batch.
struct Answers {
    rows: Vec<Vec<i64>>,
}

impl Answers {
    fn of(target: &Value, rows: usize) -> Self {
        let tokens: Vec<i64> = target.index().flat().into_data().iter::<i64>().collect();
        let places = tokens.len() / rows.max(1);
        let lengths = target.lengths(1);
        let row = |row: usize| tokens[row * places..row * places + lengths[row]].to_vec();
        Self { rows: (0..rows).map(row).collect() }
    }

    /// Whether an answer is none that a row could be confused about: one that is not there, or the row's own once more.
    fn excluded(&self, row: usize, answer: usize) -> bool {
        let (one, other) = (&self.rows[row], &self.rows[answer]);
        row != answer && (other.is_empty() || one.is_empty() || one == other)
    }

    fn absent(&self) -> Vec<bool> {
        self.rows.iter().map(Vec::is_empty).collect()
    }
}

/// Rows of length 1.
fn unit(rows: Tensor<2>) -> Tensor<2> {
    let length = (rows.clone() * rows.clone()).sum_dim(1).add_scalar(1e-12).sqrt();
    rows / length
}

/// ln Σ exp over the second axis.
fn log_sum_exp(values: Tensor<2>) -> Tensor<1> {
    let [rows, _] = values.dims();
    let largest = values.clone().max_dim(1).detach();
    ((values - largest.clone()).exp().sum_dim(1).log() + largest).reshape([rows])
}
