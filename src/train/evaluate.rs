//! A model's predictions on a part of the data, gathered on the host and decoded.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::loss::task_loss;
use super::plan::BatchRows;
use crate::catalog::losses::LossUnit;
use crate::data::TargetBatch;
use crate::data::{Prefetch, Prepared};
use crate::lower::model::Model;
use crate::lower::trace::Mode;
use crate::pipeline::{LossTerm, Pipeline};
use crate::score::decode::{Decoding, Output, decode};

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
    // Of each task, the outputs that it answers with, and the sum of each term of its loss with how much it counts.
    let mut raw: Vec<Vec<Output>> =
        pipeline.tasks.iter().map(|task| vec![Output::default(); task.outputs.len()]).collect();
    let read: Vec<Vec<usize>> = pipeline.tasks.iter().map(|task| task.predict.outputs()).collect();
    let mut losses: Vec<Vec<(f64, usize)>> =
        pipeline.tasks.iter().map(|task| vec![(0.0, 0); task.loss.len()]).collect();
    for batch in Prefetch::start(prepared.clone(), plan, 2) {
        let trace = model.forward(&batch, Mode::EVALUATE, false);
        for (index, task) in pipeline.tasks.iter().enumerate() {
            let Some(outputs) = model.outputs(&trace, index) else { continue };
            for data in &pipeline.node(task.outputs[0].1).rows {
                rows[index].extend(batch.rows[*data].iter().map(|row| (*data, *row)));
            }
            for output in &read[index] {
                let (value, members) = (&outputs[*output], task.members[*output]);
                let into = &mut raw[index][*output];
                (into.members, into.width) = (members, value.elements() / (value.rows() * members).max(1));
                into.values.extend(value.to_host().into_iter().map(f64::from));
            }
            let target = &batch.targets[index];
            if let Some(loss) = task_loss(index, task, &outputs, target, &|_| 1.0, &model.device) {
                let values = crate::lower::value::to_host(Tensor::cat(loss.terms, 0));
                for ((sum, term), value) in losses[index].iter_mut().zip(&task.loss).zip(values) {
                    sum.0 += f64::from(value);
                    sum.1 += counted(term, target);
                }
            }
        }
    }
    let mut results = Vec::with_capacity(tasks);
    for (index, (rows, raw)) in rows.into_iter().zip(raw).enumerate() {
        let invert = |target: usize, values: &mut [f64]| prepared.invert_target(index, target, values);
        let decoded = decode(&pipeline.tasks[index].predict, &raw, &invert);
        let known = losses[index].iter().any(|(_, count)| *count > 0);
        let loss = losses[index].iter().map(|(sum, count)| sum / (*count).max(1) as f64).sum();
        results.push(TaskPredictions { rows, decoded, loss: known.then_some(loss) });
    }
    results
}

/// How much of what a term takes the mean over a batch has.
fn counted(term: &LossTerm, target: &TargetBatch) -> usize {
    let labelled = target.present.iter().enumerate().filter(|(_, present)| **present);
    match term.unit {
        LossUnit::Row => labelled.count(),
        LossUnit::Place => labelled.map(|(row, _)| target.values[term.target].places(row)).sum(),
    }
}
