//! What a model answers, batch by batch: decoded on the host, handed to whoever asked, and let go.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::loss::loss_value;
use super::plan::BatchRows;
use crate::answers::Texts;
use crate::catalog::decoders::{DecoderDef, Writes};
use crate::catalog::losses::LossUnit;
use crate::data::{Batch, BatchPlan, Prefetch, Prepared, TargetBatch};
use crate::lower::Real;
use crate::lower::model::Model;
use crate::lower::trace::{Mode, Trace};
use crate::lower::writing::write;
use crate::pipeline::{LossTerm, Pipeline};
use crate::score::decode::{Output, decode, decoder};
use crate::score::judge::TaskAnswers;

/// Runs the model on the rows of a plan. `take` gets the rows of each batch, and what is answered for them, task by task.
///
/// # Errors
/// The first of `take`, after which nothing more is asked.
pub fn answers<E>(
    pipeline: &Pipeline,
    model: &Model,
    prepared: &Arc<Prepared>,
    plan: impl BatchPlan,
    mut take: impl FnMut(&BatchRows, Vec<TaskAnswers>) -> Result<(), E>,
) -> Result<(), E> {
    for batch in Prefetch::start(prepared.clone(), plan, 2) {
        let answered = of_batch(pipeline, model, prepared, &batch);
        take(&batch.rows, answered)?;
    }
    Ok(())
}

/// The same where nothing can go wrong.
pub fn each(
    pipeline: &Pipeline,
    model: &Model,
    prepared: &Arc<Prepared>,
    plan: impl BatchPlan,
    mut take: impl FnMut(TaskAnswers),
) {
    let Ok(()) = answers(pipeline, model, prepared, plan, |_, tasks| {
        tasks.into_iter().for_each(&mut take);
        Ok::<(), std::convert::Infallible>(())
    });
}

fn of_batch(pipeline: &Pipeline, model: &Model, prepared: &Prepared, batch: &Batch) -> Vec<TaskAnswers> {
    let trace = model.forward(batch, Mode::EVALUATE, false);
    let of = |index: usize| {
        let task = &pipeline.tasks[index];
        let outputs = model.outputs(&trace, index)?;
        let rows = pipeline.node(task.outputs[0].1).rows.iter();
        let rows = rows.flat_map(|data| batch.rows[*data].iter().map(|row| (*data, *row))).collect();
        // Those that it answers with.
        let mut raw = vec![Output::default(); outputs.len()];
        let writer = task.predict.writer();
        if let Some((output, target, writes)) = writer {
            let texts = written(model, prepared, &trace, (index, output, target), writes)?;
            raw[output] = Output { members: 1, written: Some(Box::new(texts)), ..Output::default() };
        }
        let tagger =
            task.predict.tagger().filter(|(output, ..)| pipeline.node(task.outputs[*output].1).ty.is_sequence());
        if let Some((output, by, target)) = tagger {
            let texts = tagged(prepared, &outputs[output], by, (index, target))?;
            raw[output] = Output { members: 1, written: Some(Box::new(texts)), ..Output::default() };
        }
        let named = |output: &usize| {
            writer.is_some_and(|(of, ..)| of == *output) || tagger.is_some_and(|(of, ..)| of == *output)
        };
        for output in task.predict.outputs().into_iter().filter(|output| !named(output)) {
            let (value, members) = (&outputs[output], task.members[output]);
            let shape = value.shape()[if members > 1 { 2 } else { 1 }..].to_vec();
            raw[output] =
                Output { members, shape, values: value.to_host().into_iter().map(f64::from).collect(), written: None };
        }
        let invert = |target: usize, values: &mut [f64]| prepared.invert_target(index, target, values);
        let answers = decode(&task.predict, &mut raw, &invert).column();
        let target = &batch.targets[index];
        let loss = loss_value(task, &outputs, target, &|_| 1.0, &model.device).map(|loss| {
            let values = crate::lower::value::to_host(Tensor::cat(loss.terms, 0));
            let of_term = |(term, value): (&LossTerm, f32)| (f64::from(value), counted(term, target));
            task.loss.iter().zip(values).map(of_term).collect()
        });
        Some(TaskAnswers { task: index, rows, answers, loss: loss.unwrap_or_default() })
    };
    (0..pipeline.tasks.len()).filter_map(of).collect()
}

/// Lets a task's head write, and spells what it wrote.
fn written(
    model: &Model,
    prepared: &Prepared,
    trace: &Trace,
    (task, output, target): (usize, usize, usize),
    writes: Writes,
) -> Option<Texts> {
    let mut writer = model.writer(trace, task, output, writes.width)?;
    let tokens = write(&mut writer, writes, prepared.end_of(task, target)?);
    Some(Texts { values: tokens.iter().map(|tokens| prepared.spell(task, target, tokens)).collect() })
}

/// Finds the tags of each row, and names them.
fn tagged(prepared: &Prepared, output: &Real, by: &DecoderDef, (task, target): (usize, usize)) -> Option<Texts> {
    let (places, width) = (output.shape()[1], output.width());
    let scores: Vec<f64> = output.to_host().into_iter().map(f64::from).collect();
    let lengths = output.extents().of(1).map_or_else(|| vec![places; output.rows()], |lengths| lengths.to_vec());
    let of_row = |(scores, length): (&[f64], usize)| {
        let tags = decoder(by).tags(&scores[..length * width], width)?;
        Some(prepared.spell(task, target, &tags))
    };
    let values: Option<Vec<String>> = scores.chunks((places * width).max(1)).zip(lengths).map(of_row).collect();
    Some(Texts { values: values? })
}

/// How much of what a term takes the mean over a batch has.
fn counted(term: &LossTerm, target: &TargetBatch) -> usize {
    let having = (0..target.present.len()).filter(|row| target.has(term.target, *row));
    match term.unit {
        LossUnit::Row => having.count(),
        LossUnit::Place => having.map(|row| target.places(term.target, row)).sum(),
    }
}
