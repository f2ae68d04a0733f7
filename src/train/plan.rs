//! Which rows of which data set are trained on, in which order: the batches of an epoch.
//!
//! Mixed batches draw among data sets, batches per task among tasks. What is drawn from goes through its rows in a
//! shuffled order and starts again, shuffled anew, when an epoch is longer than it. Every order is a function of (seed,
//! name, epoch, round), so that an epoch can be planned without the ones before it.

use crate::catalog::losses::LossUnit;
use crate::data::{Parts, Prepared};
use crate::lower::Draw;
use crate::pipeline::{Batches, Epoch, LossTerm, Part, Pipeline, Resample};

/// For each data set of the pipeline, the rows of one batch.
pub type BatchRows = Vec<Vec<usize>>;

/// One batch.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    pub rows: BatchRows,
    /// The one task that learns from it; `None` if all do.
    pub only: Option<usize>,
}

/// What rows are drawn from: a data set, or the labelled rows of a task.
struct Source {
    name: String,
    data: usize,
    task: Option<usize>,
    rows: Vec<usize>,
    /// Rows by class, with the share of each, if classes are drawn by shares.
    classes: Option<Vec<(f64, Vec<usize>)>>,
}

/// The updates of an epoch, each of as many batches as gradients are accumulated over.
pub fn epoch(pipeline: &Pipeline, prepared: &Prepared, seed: u64, epoch: usize) -> Vec<Vec<Planned>> {
    let per_task = pipeline.train.batches == Batches::PerTask;
    let sources = if per_task { tasks(pipeline, prepared) } else { data_sets(pipeline, prepared) };
    let sizes: Vec<usize> = sources.iter().map(|source| source.rows.len()).collect();
    let shares = pipeline.train.sampling.shares(&sizes, epoch, pipeline.train.epochs);
    let quotas = quotas(pipeline, &sizes, &shares);
    let order = Draw::new(seed, "order", "").at(epoch as u64);
    let batches = if per_task {
        batches_per_task(pipeline, &sources, &quotas, seed, epoch, order)
    } else {
        mixed_batches(pipeline, &sources, &quotas, seed, epoch, order)
    };
    batches.chunks(pipeline.train.accumulate.max(1)).map(<[Planned]>::to_vec).collect()
}

/// How many rows of each source an epoch has.
fn quotas(pipeline: &Pipeline, sizes: &[usize], shares: &[f64]) -> Vec<usize> {
    let drawn = || sizes.iter().zip(shares).filter(|(size, share)| **size > 0 && **share > 0.0);
    let seen_once = |(size, share): (&usize, &f64)| *size as f64 / share;
    let total = match pipeline.train.epoch {
        Epoch::Longest => drawn().max_by_key(|(size, _)| **size).map_or(0.0, seen_once),
        Epoch::Shortest => drawn().min_by_key(|(size, _)| **size).map_or(0.0, seen_once),
        Epoch::Sum => drawn().map(|(size, _)| *size as f64).sum(),
        Epoch::Steps(steps) => (steps * pipeline.train.accumulate.max(1) * pipeline.train.batch) as f64,
    };
    shares.iter().map(|share| (total * share).round() as usize).collect()
}

fn data_sets(pipeline: &Pipeline, prepared: &Prepared) -> Vec<Source> {
    (0..pipeline.data.len())
        .filter(|data| is_used(pipeline, *data))
        .map(|data| {
            let rows = prepared.parts().0[data].train.clone();
            let resampled = (0..pipeline.tasks.len()).find(|task| {
                pipeline.tasks[*task].label.data == data && pipeline.tasks[*task].resample != Resample::None
            });
            let classes = resampled.and_then(|task| by_class(pipeline, prepared, task, &rows));
            Source { name: pipeline.data[data].name.clone(), data, task: None, rows, classes }
        })
        .collect()
}

fn tasks(pipeline: &Pipeline, prepared: &Prepared) -> Vec<Source> {
    pipeline
        .tasks
        .iter()
        .enumerate()
        .map(|(index, task)| {
            let data = task.label.data;
            let present = prepared.takes_part(index);
            let rows: Vec<usize> = prepared.parts().0[data].train.iter().copied().filter(|row| present[*row]).collect();
            let classes = by_class(pipeline, prepared, index, &rows);
            Source { name: task.name.clone(), data, task: Some(index), rows, classes }
        })
        .collect()
}

/// A task's rows by the class of its label, with the share that each is drawn by; rows without label keep theirs.
fn by_class(pipeline: &Pipeline, prepared: &Prepared, task: usize, rows: &[usize]) -> Option<Vec<(f64, Vec<usize>)>> {
    let resample = &pipeline.tasks[task].resample;
    if *resample == Resample::None {
        return None;
    }
    let (label, present) = (prepared.label(task), prepared.takes_part(task));
    let values = label.classes()?;
    let count = prepared.classes(task).map_or(0, <[String]>::len);
    let mut classes = vec![Vec::new(); count];
    let mut without = Vec::new();
    for row in rows {
        if present[*row] { classes[values[*row] as usize].push(*row) } else { without.push(*row) }
    }
    let written = |class: usize| match resample {
        Resample::Given(shares) => shares.get(class).copied().unwrap_or(0.0),
        _ => 1.0,
    };
    // A class without rows cannot be drawn; the others share its part.
    let share = |class: usize| if classes[class].is_empty() { 0.0 } else { written(class) };
    let total: f64 = (0..count).map(share).sum();
    let labelled = (rows.len() - without.len()) as f64 / rows.len().max(1) as f64;
    let mut shares: Vec<f64> = (0..count).map(|class| labelled * share(class) / total.max(f64::MIN_POSITIVE)).collect();
    shares.push(1.0 - labelled);
    classes.push(without);
    Some(shares.into_iter().zip(classes).filter(|(_, rows)| !rows.is_empty()).collect())
}

impl Source {
    /// The rows of an epoch, `quota` of them.
    fn drawn(&self, quota: usize, seed: u64, epoch: usize) -> Vec<usize> {
        let draw = |name: &str| Draw::new(seed, "shuffle", name).at(epoch as u64);
        match &self.classes {
            None => rounds(&self.rows, quota, draw(&self.name)),
            Some(classes) => {
                let mut rows = Vec::with_capacity(quota);
                for (class, (share, members)) in classes.iter().enumerate() {
                    let quota = (quota as f64 * share).round() as usize;
                    rows.extend(rounds(members, quota, draw(&format!("{}/{class}", self.name))));
                }
                draw(&format!("{}/all", self.name)).shuffle(&mut rows);
                rows
            }
        }
    }
}

/// `quota` of the rows: shuffled, and shuffled anew when they are through.
fn rounds(rows: &[usize], quota: usize, draw: Draw) -> Vec<usize> {
    let mut drawn = Vec::with_capacity(quota);
    let mut round = 0;
    while drawn.len() < quota && !rows.is_empty() {
        let mut again = rows.to_vec();
        draw.at(round).shuffle(&mut again);
        again.truncate(quota - drawn.len());
        drawn.extend(again);
        round += 1;
    }
    drawn
}

fn mixed_batches(
    pipeline: &Pipeline,
    sources: &[Source],
    quotas: &[usize],
    seed: u64,
    epoch: usize,
    order: Draw,
) -> Vec<Planned> {
    let drawn: Vec<Vec<usize>> =
        sources.iter().zip(quotas).map(|(source, quota)| source.drawn(*quota, seed, epoch)).collect();
    let turns = turns(&drawn.iter().map(Vec::len).collect::<Vec<_>>(), pipeline.train.sampling.in_turn(), order);
    let mut next: Vec<_> = drawn.into_iter().map(Vec::into_iter).collect();
    let rows: Vec<(usize, usize)> =
        turns.into_iter().filter_map(|source| Some((sources[source].data, next[source].next()?))).collect();
    cut(pipeline, &rows, pipeline.train.batch).into_iter().map(|rows| Planned { rows, only: None }).collect()
}

fn batches_per_task(
    pipeline: &Pipeline,
    sources: &[Source],
    quotas: &[usize],
    seed: u64,
    epoch: usize,
    order: Draw,
) -> Vec<Planned> {
    let batches: Vec<Vec<BatchRows>> = sources
        .iter()
        .zip(quotas)
        .map(|(source, quota)| {
            let rows: Vec<(usize, usize)> =
                source.drawn(*quota, seed, epoch).into_iter().map(|row| (source.data, row)).collect();
            cut(pipeline, &rows, pipeline.train.batch)
        })
        .collect();
    let turns = turns(&batches.iter().map(Vec::len).collect::<Vec<_>>(), pipeline.train.sampling.in_turn(), order);
    let mut next: Vec<_> = batches.into_iter().map(Vec::into_iter).collect();
    turns
        .into_iter()
        .filter_map(|source| Some(Planned { rows: next[source].next()?, only: sources[source].task }))
        .collect()
}

/// Whose turn it is: each source as often as it has something, shuffled or one after the other.
fn turns(counts: &[usize], in_turn: bool, order: Draw) -> Vec<usize> {
    if in_turn {
        let rounds = counts.iter().copied().max().unwrap_or(0);
        return (0..rounds).flat_map(|round| (0..counts.len()).filter(move |source| counts[*source] > round)).collect();
    }
    let mut turns: Vec<usize> =
        counts.iter().enumerate().flat_map(|(source, count)| std::iter::repeat_n(source, *count)).collect();
    if counts.len() > 1 {
        order.shuffle(&mut turns);
    }
    turns
}

/// Cuts rows into batches. A last batch of one row joins the one before: what normalises over a batch needs two.
fn cut(pipeline: &Pipeline, rows: &[(usize, usize)], size: usize) -> Vec<BatchRows> {
    let size = size.max(1);
    let mut starts: Vec<usize> = (0..rows.len()).step_by(size).collect();
    if starts.len() > 1 && size > 1 && rows.len() % size == 1 {
        starts.pop();
    }
    let ends = starts.iter().copied().skip(1).chain([rows.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let mut batch = vec![Vec::new(); pipeline.data.len()];
            rows[*start..end].iter().for_each(|(data, row)| batch[*data].push(*row));
            batch
        })
        .collect()
}

/// The batches in which a part is evaluated: data set by data set, in the order of the file.
pub fn evaluation(pipeline: &Pipeline, parts: &Parts, part: Part) -> Vec<BatchRows> {
    let used = parts.0.iter().enumerate().filter(|(data, _)| is_used(pipeline, *data));
    used.flat_map(|(data, rows)| of_rows(pipeline, data, rows.of(part))).collect()
}

/// The batches in which rows of a data set are evaluated.
pub fn of_rows(pipeline: &Pipeline, data: usize, rows: &[usize]) -> Vec<BatchRows> {
    let size = if pipeline.evaluate.batch > 0 { pipeline.evaluate.batch } else { pipeline.train.batch.max(256) };
    let batch = |chunk: &[usize]| {
        let mut batch = vec![Vec::new(); pipeline.data.len()];
        batch[data] = chunk.to_vec();
        batch
    };
    rows.chunks(size).map(batch).collect()
}

/// Whether some task's head has rows of a data set.
pub fn is_used(pipeline: &Pipeline, data: usize) -> bool {
    pipeline.tasks.iter().flat_map(|task| &task.outputs).any(|(_, node)| pipeline.node(*node).rows.contains(&data))
}

/// What makes a mean of a task's loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Labelled {
    /// ρ_t: the share of the rows that the task sees in training that have its label.
    pub share: f64,
    /// Of each target, how many places (tokens, pixels) such a row has on average.
    pub places: Vec<f64>,
}

impl Labelled {
    /// How many of what a term counts a row has on average.
    pub fn units(&self, term: &LossTerm) -> f64 {
        match term.unit {
            LossUnit::Row => 1.0,
            LossUnit::Place => self.places[term.target].max(f64::MIN_POSITIVE),
        }
    }
}

/// What each task's loss is divided by. Under mixed batches a task sees the rows of all data sets that its head has; under batches
/// per task every row has the label.
pub fn labelled(pipeline: &Pipeline, prepared: &Prepared) -> Vec<Labelled> {
    let parts = prepared.parts();
    let share = |(index, task): (usize, &crate::pipeline::Task)| {
        let present = prepared.takes_part(index);
        let labelled = parts.0[task.label.data].train.iter().filter(|row| present[**row]).count();
        if pipeline.train.batches == Batches::PerTask {
            return if labelled > 0 { 1.0 } else { 0.0 };
        }
        let rows: usize = pipeline.node(task.outputs[0].1).rows.iter().map(|data| parts.0[*data].train.len()).sum();
        labelled as f64 / rows.max(1) as f64
    };
    let tasks = pipeline.tasks.iter().enumerate();
    let of = |(index, task): (usize, &crate::pipeline::Task)| Labelled {
        share: share((index, task)),
        places: (0..task.targets.len()).map(|target| prepared.places(index, target)).collect(),
    };
    tasks.map(of).collect()
}
