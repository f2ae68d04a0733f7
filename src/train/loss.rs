//! The loss of a task on a batch, and its slope at the task's outputs.
//!
//! `L_t = Σ_i w_i·ℓ_i / (B·ρ_t)` over the rows of the batch that have the label, with B rows in the batch and ρ_t the
//! labelled share of the training part: an unbiased estimate of the mean over labelled rows, whatever the batch.

use burn::tensor::{Device, Tensor, TensorData};

use crate::check::pipeline::Task;
use crate::data::TargetBatch;
use crate::lower::losses;
use crate::lower::{Real, Value};

/// The loss of one task, not yet weighted by λ.
pub struct TaskLoss {
    pub task: usize,
    /// One number, on the device.
    pub value: Tensor<1>,
    /// For each output, the slope of the loss.
    pub slopes: Vec<Real>,
}

/// The loss of a task; `scale` is `1 / (B·ρ_t)`. `None` if no row of the batch has the label.
pub fn task_loss(
    index: usize,
    task: &Task,
    outputs: &[Real],
    target: &TargetBatch,
    scale: f64,
    device: &Device,
) -> Option<TaskLoss> {
    let coefficients = coefficients(target, scale)?;
    let rows = coefficients.len();
    let coefficients: Tensor<1> = Tensor::from_data(TensorData::new(coefficients, [rows]), device);
    let values = Value::from_host(&target.values, device);
    let mut total: Option<Tensor<1>> = None;
    let mut slopes: Vec<Option<Real>> = vec![None; outputs.len()];
    for term in &task.loss {
        let operands: Vec<Real> = term.operands.iter().map(|operand| outputs[*operand].clone()).collect();
        let loss = losses::compute(&term.def);
        let value = (loss.rows(&operands, &values) * coefficients.clone()).sum() * term.weight;
        total = Some(match total {
            Some(total) => total + value,
            None => value,
        });
        for (operand, slope) in term.operands.iter().zip(losses::slopes(loss, &operands, &values)) {
            let weighted = slope.by_rows() * (coefficients.clone() * term.weight).reshape([rows, 1]);
            let weighted = slope.like(weighted);
            slopes[*operand] = Some(match slopes[*operand].take() {
                Some(sum) => sum.plus(weighted),
                None => weighted,
            });
        }
    }
    let slopes = slopes
        .into_iter()
        .zip(outputs)
        .map(|(slope, output)| slope.unwrap_or_else(|| output.map(|flat| flat.zeros_like())))
        .collect();
    Some(TaskLoss { task: index, value: total?, slopes })
}

/// What each row's loss is multiplied by; `None` if every row lacks the label.
fn coefficients(target: &TargetBatch, scale: f64) -> Option<Vec<f32>> {
    if !target.present.contains(&true) {
        return None;
    }
    let weight = |(present, weight): (&bool, &f32)| if *present { (f64::from(*weight) * scale) as f32 } else { 0.0 };
    Some(target.present.iter().zip(&target.row_weights).map(weight).collect())
}
