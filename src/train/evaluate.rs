//! A model's predictions on a part of the data, gathered on the host and decoded.

use std::sync::Arc;

use super::loss::task_loss;
use super::plan::BatchRows;
use crate::data::{Prefetch, Prepared};
use crate::lower::model::Model;
use crate::lower::trace::Mode;
use crate::pipeline::Pipeline;
use crate::score::decode::{Decoding, decode};

/// What a task predicts for some rows.
#[derive(Clone, Debug)]
pub struct TaskPredictions {
    /// (data set, row) of each prediction.
    pub rows: Vec<(usize, usize)>,
    /// What `predict` ends in.
    pub decoded: Decoding,
    /// The mean loss over the rows that have the label; `None` if none has.
    pub loss: Option<f64>,
}

/// Runs the model on the rows of a plan.
pub fn predictions(
    pipeline: &Pipeline,
    model: &Model,
    prepared: &Arc<Prepared>,
    plan: Vec<BatchRows>,
) -> Vec<TaskPredictions> {
    let tasks = pipeline.tasks.len();
    let mut rows: Vec<Vec<(usize, usize)>> = vec![Vec::new(); tasks];
    let mut raw: Vec<Vec<f64>> = vec![Vec::new(); tasks];
    let mut width = vec![1; tasks];
    let mut losses = vec![(0.0, 0usize); tasks];
    for batch in Prefetch::start(prepared.clone(), plan, 2) {
        let trace = model.forward(&batch, Mode::EVALUATE, false);
        for (index, task) in pipeline.tasks.iter().enumerate() {
            let Some(outputs) = model.outputs(&trace, index) else { continue };
            for data in &pipeline.node(task.outputs[0].1).rows {
                rows[index].extend(batch.rows[*data].iter().map(|row| (*data, *row)));
            }
            width[index] = outputs[0].elements() / outputs[0].rows().max(1);
            raw[index].extend(outputs[0].to_host().into_iter().map(f64::from));
            let target = &batch.targets[index];
            if let Some(loss) = task_loss(index, task, &outputs, target, 1.0, &model.device) {
                let count = target.present.iter().filter(|present| **present).count();
                let value = crate::lower::value::to_host(loss.value)[0];
                losses[index].0 += f64::from(value);
                losses[index].1 += count;
            }
        }
    }
    let mut results = Vec::with_capacity(tasks);
    for (index, (rows, raw)) in rows.into_iter().zip(raw).enumerate() {
        let invert = |values: &mut [f64]| prepared.invert_target(index, values);
        let members = pipeline.tasks[index].members[0];
        let decoded = decode(&pipeline.tasks[index], members, width[index] / members, raw, &invert);
        let (sum, count) = losses[index];
        results.push(TaskPredictions { rows, decoded, loss: (count > 0).then(|| sum / count as f64) });
    }
    results
}
