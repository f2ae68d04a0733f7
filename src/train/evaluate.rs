//! What a model answers, batch by batch: decoded on the host, handed to whoever asked, and let go.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::find::{Found, Known};
use super::locate::{located, mapped};
use super::loss::loss_value;
use super::maps_in_file::{classes_in_file, numbers_in_file};
use super::plan::BatchRows;
use super::spread::spread;
use crate::answers::{Column, Maps, Texts};
use crate::catalog::decoders::DecoderDef;
use crate::catalog::losses::LossUnit;
use crate::catalog::metrics::MetricDef;
use crate::data::{Batch, BatchPlan, HostTensor, HostValues, Prefetch, Prepared, TargetBatch, UNKNOWN};
use crate::lower::Real;
use crate::lower::model::Model;
use crate::lower::trace::{Mode, Trace};
use crate::lower::writing::write;
use crate::pipeline::{LossTerm, Pipeline, Task};
use crate::score::beside::put_beside;
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
    plan: impl BatchPlan + Clone,
    mut take: impl FnMut(&BatchRows, Vec<TaskAnswers>) -> Result<(), E>,
) -> Result<(), E> {
    let model = &*model.folded();
    let found = Found::of(pipeline, model, prepared, &plan, &mut Known::default());
    let answer = |batch: &Batch| of_batch(pipeline, model, prepared, &found, batch);
    if !model.world.is_alone() {
        return spread(&*model.world, prepared, plan, answer, &mut take);
    }
    for batch in Prefetch::start(prepared.clone(), plan, 2) {
        take(&batch.rows, answer(&batch))?;
    }
    Ok(())
}

/// The same of few rows, batch by batch on this thread: to start others would cost more than the rows do. The model is taken as it is: who
/// asks often gives one that is [folded](Model::folded).
pub fn at_once(
    pipeline: &Pipeline,
    model: &Model,
    prepared: &Arc<Prepared>,
    plan: impl BatchPlan + Clone,
    known: &mut Known,
    mut take: impl FnMut(&BatchRows, Vec<TaskAnswers>),
) {
    let found = Found::of(pipeline, model, prepared, &plan, known);
    for number in 0..plan.batches() {
        let batch = prepared.batch(&plan.rows(number));
        take(&batch.rows, of_batch(pipeline, model, prepared, &found, &batch));
    }
}

/// The same where nothing can go wrong.
pub fn each(
    pipeline: &Pipeline,
    model: &Model,
    prepared: &Arc<Prepared>,
    plan: impl BatchPlan + Clone,
    mut take: impl FnMut(TaskAnswers),
) {
    let Ok(()) = answers(pipeline, model, prepared, plan, |_, tasks| {
        tasks.into_iter().for_each(&mut take);
        Ok::<(), std::convert::Infallible>(())
    });
}

fn of_batch(pipeline: &Pipeline, model: &Model, prepared: &Prepared, found: &Found, batch: &Batch) -> Vec<TaskAnswers> {
    let writes = pipeline.tasks.iter().any(|task| task.predict.writer().is_some());
    // Who writes reads more than outputs.
    let trace = if writes { model.forward(batch, Mode::EVALUATE, false) } else { model.answer(batch, Mode::EVALUATE) };
    of_trace(pipeline, model, prepared, found, (batch, &trace))
}

/// What outputs that are computed say in the end.
pub fn of_trace(
    pipeline: &Pipeline,
    model: &Model,
    prepared: &Prepared,
    found: &Found,
    (batch, trace): (&Batch, &Trace),
) -> Vec<TaskAnswers> {
    let of = |index: usize| {
        let answers = decoded(pipeline, model, (prepared, found), (batch, trace), index)?;
        let loss = losses(&pipeline.tasks[index], model, (batch, trace), index);
        let pictures = batch.targets[index].frames.iter().map(|frame| frame.from).collect();
        Some(TaskAnswers { task: index, rows: rows(pipeline, batch, index), answers, pictures, loss })
    };
    let mut all: Vec<TaskAnswers> = (0..pipeline.tasks.len()).filter_map(of).collect();
    put_beside(pipeline, prepared, &mut all);
    all
}

/// What a task's outputs say; `None` if no row of the batch has what it answers by.
pub fn decoded(
    pipeline: &Pipeline,
    model: &Model,
    (prepared, found): (&Prepared, &Found),
    (batch, trace): (&Batch, &Trace),
    index: usize,
) -> Option<Box<dyn Column>> {
    let task = &pipeline.tasks[index];
    let outputs = model.outputs(trace, index)?;
    let rows = rows(pipeline, batch, index);
    // Those that it answers with.
    let mut raw = vec![Output::default(); outputs.len()];
    // Those of which it is known what they say; the numbers of others are looked at.
    let mut told = vec![false; outputs.len()];
    let mut tell = |output: usize, says: Box<dyn Column>| {
        raw[output] = Output { members: 1, written: Some(says), ..Output::default() };
        told[output] = true;
    };
    if let Some((output, target, writes)) = task.predict.writer() {
        let numbers: Vec<usize> = rows.iter().map(|(_, row)| *row).collect();
        let end = prepared.end_of(index, target)?;
        let begins = task.predict.goes_on_from();
        let begins = begins.and_then(|name| pipeline.inputs.iter().position(|input| input.name == name));
        let begun = begins.map(|input| begun(batch, input, end)).unwrap_or_default();
        let mut writer = model.writer(trace, index, output, writes.width)?;
        let tokens = write(&mut writer, writes, end, &numbers, &begun);
        let spell = |tokens: &[i64]| prepared.spell(index, target, tokens);
        let of_row = |(place, tokens): (usize, &Vec<i64>)| {
            let before = begun.get(place).map_or(0, Vec::len);
            let written = begins.filter(|_| before > 0).zip(rows.get(place));
            let written = written.and_then(|(input, (data, row))| prepared.as_written(pipeline, input, *data, *row));
            match written {
                Some(written) => gone_on(&written, tokens, before, spell),
                None => spell(tokens),
            }
        };
        let mut texts: Texts = tokens.iter().enumerate().map(of_row).collect::<Vec<_>>().into();
        if task.metrics.iter().any(|metric| matches!(metric, MetricDef::Perplexity(_))) {
            texts.surprises = surprises(&outputs[output], &batch.targets[index].values[target]);
        }
        tell(output, Box::new(texts));
    }
    let tagger = task.predict.tagger().filter(|(output, ..)| pipeline.node(task.outputs[*output].1).ty.is_sequence());
    if let Some((output, by, target)) = tagger {
        tell(output, Box::new(tagged(prepared, &outputs[output], by, (index, target))?));
    }
    if let Some((output, by)) = task.predict.locator() {
        tell(output, located(prepared, &outputs[output], by, (index, &batch.targets[index].frames))?);
    }
    // Members of an ensemble are averaged first.
    if let Some((output, by)) = task.predict.reader().filter(|(output, _)| task.members[*output] == 1)
        && let Some(maps) = mapped(&outputs[output], by)
    {
        tell(output, Box::new(maps));
    }
    if let Some((output, finds, _)) = task.predict.finder() {
        tell(output, found.answers(prepared, index, finds, &outputs[output], &rows));
    }
    for output in task.predict.outputs().into_iter().filter(|output| !told[*output]) {
        let (value, members) = (&outputs[output], task.members[output]);
        let shape = value.shape()[if members > 1 { 2 } else { 1 }..].to_vec();
        let values = value.on_host().iter().copied().map(f64::from).collect();
        raw[output] = Output { members, shape, values, written: None };
    }
    // Steps of a target are undone where the label lies.
    let (sizes, frames) = (prepared.map_sizes(index), &batch.targets[index].frames);
    if let Some(sizes) = sizes.filter(|_| task.label.ty.is_real()) {
        raw.iter_mut().for_each(|output| *output = numbers_in_file(std::mem::take(output), sizes, frames));
    }
    let invert = |target: usize, values: &mut [f64]| prepared.invert_target(index, target, values);
    let answers = decode(&task.predict, &mut raw, &invert).column();
    let in_file = sizes.zip(answers.of::<Maps>()).map(|(sizes, maps)| classes_in_file(maps, sizes, frames));
    Some(in_file.map_or(answers, |maps| Box::new(maps)))
}

/// Of each term of a task's loss its sum over the rows that have the label, and how many rows or places these are; none if no row has it.
pub fn losses(task: &Task, model: &Model, (batch, trace): (&Batch, &Trace), index: usize) -> Vec<(f64, usize)> {
    let (Some(outputs), target) = (model.outputs(trace, index), &batch.targets[index]) else { return Vec::new() };
    let loss = loss_value(task, &outputs, target, &|_| 1.0, &model.device).map(|loss| {
        let values = crate::lower::value::to_host(Tensor::cat(loss.terms, 0));
        let of_term = |(term, value): (&LossTerm, f32)| (f64::from(value), counted(term, target));
        task.loss.iter().zip(values).map(of_term).collect()
    });
    loss.unwrap_or_default()
}

/// Of each row −ln p of the tokens of its label, given those before each, how many they are, and what it would be of equally likely ones; none if there are no labels.
fn surprises(logits: &Real, target: &HostTensor) -> Vec<[f64; 3]> {
    let HostValues::I64(tokens) = &target.values else { return Vec::new() };
    let (rows, time, width) = (logits.rows(), logits.shape()[1], logits.width());
    if target.shape != [rows, time] {
        return Vec::new();
    }
    let logits = logits.to_host();
    let surprise = |row: usize, place: usize| {
        let at = row * time + place;
        let own = &logits[at * width..][..width];
        let largest = own.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let all = own.iter().map(|logit| f64::from(logit - largest).exp()).sum::<f64>().ln() + f64::from(largest);
        all - f64::from(own[tokens[at] as usize])
    };
    let of_row = |row: usize| {
        let places = target.places(row);
        let sum = (0..places).map(|place| surprise(row, place)).sum::<f64>();
        [sum, places as f64, places as f64 * (width as f64).ln()]
    };
    (0..rows).map(of_row).collect()
}

/// The rows of a batch that a task answers, each with its data set.
pub fn rows(pipeline: &Pipeline, batch: &Batch, task: usize) -> Vec<(usize, usize)> {
    let sets = pipeline.node(pipeline.tasks[task].outputs[0].1).rows.iter();
    sets.flat_map(|data| batch.rows[*data].iter().map(|row| (*data, *row))).collect()
}

/// Of each row the tokens of an input, which an answer begins with; none where the row lacks it.
fn begun(batch: &Batch, input: usize, end: i64) -> Vec<Vec<i64>> {
    let (tokens, present) = (&batch.inputs[input], batch.present[input].as_ref());
    let HostValues::I64(values) = &tokens.values else { return Vec::new() };
    let places = tokens.shape.get(1).copied().unwrap_or(0);
    let of_row = |row: usize| {
        let own = if present.is_none_or(|present| present[row]) { tokens.places(row) } else { 0 };
        values[row * places..][..own].iter().copied().filter(|token| *token != end).collect()
    };
    (0..tokens.rows()).map(of_row).collect()
}

/// A beginning as a person wrote it, of which a vocabulary may have seen parts alone, and behind it what the tokens after the first ones, which are its own, spell there.
fn gone_on(written: &str, tokens: &[i64], before: usize, spell: impl Fn(&[i64]) -> String) -> String {
    // What follows may be spelt by what stands before it (a space between words), so that the whole is spelt; what nobody has seen would be nothing, and any other token is in its place.
    let seen = tokens.iter().find(|token| **token > UNKNOWN).copied().unwrap_or(UNKNOWN);
    let tokens: Vec<i64> = tokens.iter().map(|token| if *token == UNKNOWN { seen } else { *token }).collect();
    let (all, beginning) = (spell(&tokens), spell(&tokens[..before]));
    let same = all.chars().zip(beginning.chars()).take_while(|(one, other)| one == other).count();
    written.chars().chain(all.chars().skip(same)).collect()
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
    Some(values?.into())
}

/// How much of what a term takes the mean over a batch has.
fn counted(term: &LossTerm, target: &TargetBatch) -> usize {
    let having = (0..target.present.len()).filter(|row| target.has(term.target, *row));
    match term.unit {
        LossUnit::Row => having.count(),
        LossUnit::Place => having.map(|row| target.places(term.target, row)).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_seen_of_a_beginning_is_given_back() {
        // Token 2 is `a`, 3 `b`, …; what is unknown has no text.
        let letter = |token: &i64| u32::try_from(token + 95).ok().and_then(char::from_u32).filter(|_| *token > 1);
        let letters = |tokens: &[i64]| tokens.iter().filter_map(letter).collect::<String>();
        let words = |tokens: &[i64]| tokens.iter().filter_map(letter).map(String::from).collect::<Vec<_>>().join(" ");
        assert_eq!(gone_on("Aß", &[2, 1, 3, 4], 2, letters), "Aßbc");
        assert_eq!(gone_on("ß", &[1, 3, 1], 1, letters), "ßbb");
        assert_eq!(gone_on("ß ä", &[1, 1], 2, letters), "ß ä");
        assert_eq!(gone_on("Aß c", &[1, 4, 3, 2], 2, words), "Aß c b a");
        // Where nothing is seen, what follows stands apart from it as from any word.
        assert_eq!(gone_on("ß", &[1, 3], 1, words), "ß b");
    }
}
