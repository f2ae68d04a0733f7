//! What it costs to answer, measured task by task: to make answers of the outputs of a batch, to compute its losses, and to judge both.

use std::sync::Arc;
use std::time::Duration;

use super::evaluate::{decoded, losses, rows};
use super::find::Found;
use super::profile::{middle, rounds};
use crate::data::{Batch, Prepared};
use crate::lower::Model;
use crate::lower::clock::Clock;
use crate::lower::trace::Mode;
use crate::pipeline::{Pipeline, Task};
use crate::score::judge::{Judge, Keep, TaskAnswers};

/// Medians over the batches.
#[derive(Clone, Debug)]
pub struct Answering {
    /// Forward alone, without gradients.
    pub inference: Duration,
    /// Those that answer by what a batch has given; who writes or looks for the nearest asks the model again, and is not among them.
    pub tasks: Vec<OfTask>,
}

#[derive(Clone, Debug)]
pub struct OfTask {
    /// Its number in the spec.
    pub task: usize,
    /// From the outputs of a batch to what a person reads.
    pub decoding: Duration,
    /// The losses of a batch, without slopes; nobody who only predicts computes them.
    pub losses: Duration,
    /// What its metrics make of the answers of a batch, and of its labels; what they make of all in the end is not among it.
    pub judging: Duration,
}

impl Answering {
    /// Of all tasks together.
    pub fn decoding(&self) -> Duration {
        self.tasks.iter().map(|task| task.decoding).sum()
    }
}

/// Looks at the clock while a model answers batches; `model` should be [folded](Model::folded).
pub fn measured(pipeline: &Pipeline, model: &Model, prepared: &Arc<Prepared>, batches: &[&Batch]) -> Answering {
    let answers = |task: &Task| task.predict.writer().is_none() && task.predict.finder().is_none();
    let tasks: Vec<usize> = (0..pipeline.tasks.len()).filter(|task| answers(&pipeline.tasks[*task])).collect();
    let (clock, found, judge) = (Clock::new(0, &model.device), Found::default(), Judge::new(pipeline, prepared));
    let mut judging = judge.begin(pipeline, prepared, Keep::Nothing);
    let mut inference: Vec<Duration> = Vec::new();
    let mut times: Vec<[Vec<Duration>; 3]> = vec![Default::default(); tasks.len()];
    for ((), batch) in rounds().zip(batches.iter().copied().cycle()) {
        let mut since = clock.now();
        let mut lap = || {
            let before = std::mem::replace(&mut since, clock.now());
            since - before
        };
        let trace = model.answer(batch, Mode::EVALUATE);
        inference.push(lap());
        for (index, [decoding, of_losses, of_judging]) in tasks.iter().zip(&mut times) {
            let answers = decoded(pipeline, model, (prepared, &found), (batch, &trace), *index);
            decoding.push(lap());
            let loss = losses(&pipeline.tasks[*index], model, (batch, &trace), *index);
            of_losses.push(lap());
            let Some(answers) = answers else { continue };
            let rows = rows(pipeline, batch, *index);
            judging.add(&TaskAnswers { task: *index, rows, answers, pictures: Vec::new(), loss });
            of_judging.push(lap());
        }
    }
    let of = |(task, [decoding, losses, judging]): (usize, [Vec<Duration>; 3])| OfTask {
        task,
        decoding: middle(decoding),
        losses: middle(losses),
        judging: middle(judging),
    };
    Answering { inference: middle(inference), tasks: tasks.into_iter().zip(times).map(of).collect() }
}
