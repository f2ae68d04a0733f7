//! The loss of a task on a batch, and its slope at the task's outputs.
//!
//! `L_t = Σ_i w_i·ℓ_i / (B·ρ_t)` over the rows of the batch that have the label, with B rows in the batch and ρ_t the
//! labelled share of the training part: an unbiased estimate of the mean over labelled rows, whatever the batch. Where an ensemble's
//! members answer, each has its own loss on the row, and the row's is their mean.

use burn::tensor::{Device, Tensor, TensorData};

use crate::data::TargetBatch;
use crate::lower::losses;
use crate::lower::{Real, Value};
use crate::pipeline::Task;

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
    let of_one = Asked::new(&coefficients, target, 1, device);
    let mut total: Option<Tensor<1>> = None;
    let mut slopes: Vec<Option<Real>> = vec![None; outputs.len()];
    for term in &task.loss {
        let members = term.operands.first().map_or(1, |operand| task.members[*operand]);
        let of_each = (members > 1).then(|| Asked::new(&coefficients, target, members, device));
        let Asked { rows, coefficients, values } = of_each.as_ref().unwrap_or(&of_one);
        let rows = *rows;
        let operands: Vec<Real> = term.operands.iter().map(|operand| by_members(&outputs[*operand], members)).collect();
        let loss = losses::compute(&term.def);
        let value = (loss.rows(&operands, values) * coefficients.clone()).sum() * term.weight;
        total = Some(match total {
            Some(total) => total + value,
            None => value,
        });
        for (operand, slope) in term.operands.iter().zip(losses::slopes(loss, &operands, values)) {
            let weighted = slope.by_rows() * (coefficients.clone() * term.weight).reshape([rows, 1]);
            let weighted = outputs[*operand].like(weighted);
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

/// What the answers are compared with: each row as often as members answer.
struct Asked {
    rows: usize,
    coefficients: Tensor<1>,
    values: Value,
}

impl Asked {
    fn new(coefficients: &[f32], target: &TargetBatch, members: usize, device: &Device) -> Self {
        let share = |coefficient: &f32| std::iter::repeat_n(*coefficient / members as f32, members);
        let coefficients: Vec<f32> = coefficients.iter().flat_map(share).collect();
        let rows = coefficients.len();
        let coefficients = Tensor::from_data(TensorData::new(coefficients, [rows]), device);
        let values = match members {
            1 => Value::from_host(&target.values, device),
            _ => Value::from_host(&target.values.repeated(members), device),
        };
        Self { rows, coefficients, values }
    }
}

/// The members' answers one below the other: `[rows·members, …]`.
fn by_members(output: &Real, members: usize) -> Real {
    if members == 1 {
        return output.clone();
    }
    let shape = std::iter::once(output.rows() * members).chain(output.shape()[2..].iter().copied());
    output.reshaped(shape.collect())
}

/// What each row's loss is multiplied by; `None` if every row lacks the label.
fn coefficients(target: &TargetBatch, scale: f64) -> Option<Vec<f32>> {
    if !target.present.contains(&true) {
        return None;
    }
    let weight = |(present, weight): (&bool, &f32)| if *present { (f64::from(*weight) * scale) as f32 } else { 0.0 };
    Some(target.present.iter().zip(&target.row_weights).map(weight).collect())
}
