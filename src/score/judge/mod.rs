//! From predictions to figures: each task's metrics on a part, and its skill for the multi-task score.
//!
//! A part comes batch by batch ([`Judging`]), and nothing of it is held but what its metrics keep ([`metrics`](super::metrics)) and
//! what [`Keep`] asks for. The judge itself needs no model: whoever has predictions and labels can be judged.

mod kept;
mod task;
mod thresholds;

use crate::answers::Column;
use crate::catalog::metrics::MetricDef;
use crate::data::Prepared;
use crate::pipeline::Pipeline;
use crate::pipeline::{HALF, Task, Threshold};
use crate::score::{Figure, Scored, Squares, Trivial, fitted_thresholds, trivial_score};

pub use kept::{Answered, Sample};
pub use task::Judged;
use task::TaskJudging;
pub use thresholds::Thresholds;

/// A task's figures on a part.
#[derive(Clone, Debug)]
pub struct TaskFigures {
    /// Rows that have the label.
    pub rows: usize,
    pub loss: Option<f64>,
    /// In the order of the task's metrics.
    pub metrics: Vec<Figure>,
    /// `Err` says why the task cannot be judged.
    pub skill: Result<f64, String>,
    /// What the task puts into the score by which epochs are told apart: its skill, and where that counts decisions half of it
    /// and half the skill of its probabilities by the log loss. With fifty rows accuracy has fifty steps, and chance decides
    /// which of many equal epochs is kept.
    pub merit: Result<f64, String>,
    /// Of numbers, what its rows add to the figures over all rows of a family.
    pub squares: Option<Squares>,
}

/// What a model answers for some rows of a task.
#[derive(Clone, Debug)]
pub struct TaskAnswers {
    pub task: usize,
    /// (data set, row) of each answer.
    pub rows: Vec<(usize, usize)>,
    /// What `predict` ends in.
    pub answers: Box<dyn Column>,
    /// Height and width of the picture that each answer is found in, as its file has it; empty where it is found in none.
    pub pictures: Vec<(usize, usize)>,
    /// Of each term of the loss, its sum over the rows that have the label, and how many rows or places these are; empty if none
    /// has it.
    pub loss: Vec<(f64, usize)>,
}

/// What is kept of a part beyond its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Nothing.
    Nothing,
    /// Of tasks whose thresholds are to be fitted, what they are fitted on: a probability and a label per row, or per class of it.
    ToFit,
    /// Labels and predictions, for pictures and intervals; of a large part an even sample of its rows ([`Sample`]). What trivial
    /// answers reach is computed for all metrics.
    Sample,
    /// Labels and predictions of all rows, as a comparison puts them into its files.
    All,
}

/// Knows the labels, and what answering without looking would reach.
pub struct Judge {
    trivial: Vec<Option<Trivial>>,
    /// For each task, from which probability on each class is given; empty if all are a half.
    thresholds: Vec<Vec<f64>>,
}

/// As many labels are looked at together.
const TOGETHER: usize = 4096;

impl Judge {
    pub fn new(pipeline: &Pipeline, prepared: &Prepared) -> Self {
        let trivial = (0..pipeline.tasks.len()).map(|index| {
            let data = pipeline.tasks[index].label.data;
            let train = prepared.parts().0[data].train.both(prepared.takes_part(index));
            let mut learn = None;
            for rows in train.chunks(TOGETHER) {
                let labels = prepared.labels(pipeline, index, &rows);
                learn.get_or_insert_with(|| crate::answers::half(&labels.kind()).learn()).add(labels.labels());
            }
            learn.and_then(|learn| learn.finish()).map(Trivial::new)
        });
        Self { trivial: trivial.collect(), thresholds: vec![Vec::new(); pipeline.tasks.len()] }
    }

    /// Begins with a part.
    pub fn begin<'p>(&self, pipeline: &'p Pipeline, prepared: &'p Prepared, keep: Keep) -> Judging<'p> {
        let of = |(index, task): (usize, &'p Task)| {
            let fitted = self.thresholds[index].as_slice();
            TaskJudging::new(task, self.trivial[index].clone(), fitted.to_vec(), keep)
        };
        Judging { pipeline, prepared, tasks: pipeline.tasks.iter().enumerate().map(of).collect() }
    }

    /// What answering without looking reaches by a metric; `Err` says why this cannot be told.
    pub fn trivial_score(&self, index: usize, metric: &MetricDef, scored: &Scored) -> Result<f64, String> {
        let trivial = self.trivial[index].as_ref().ok_or("no training row has the label")?;
        trivial_score(metric, scored, trivial)
    }

    /// For each task, the thresholds that were fitted; empty if none were.
    pub fn thresholds(&self) -> &[Vec<f64>] {
        &self.thresholds
    }

    /// The thresholds of a task that were fitted, or are written and no half.
    pub fn decides(&self, task: &Task, index: usize) -> Vec<f64> {
        match (&task.threshold, self.thresholds[index].as_slice()) {
            (Threshold::At(written), []) if written.iter().any(|at| *at != HALF) => written.clone(),
            (_, fitted) => fitted.to_vec(),
        }
    }

    /// Goes on with the thresholds of a model.
    pub fn with_thresholds(mut self, thresholds: &[Vec<f64>]) -> Self {
        for (own, given) in self.thresholds.iter_mut().zip(thresholds) {
            own.clone_from(given);
        }
        self
    }

    /// The predictor that does not look; `None` if no training row has the label.
    pub fn trivial_of(&self, index: usize) -> Option<&Trivial> {
        self.trivial[index].as_ref()
    }
}

/// A part that is being judged.
pub struct Judging<'p> {
    pipeline: &'p Pipeline,
    prepared: &'p Prepared,
    tasks: Vec<TaskJudging<'p>>,
}

impl Judging<'_> {
    /// Takes what was answered for some rows; rows without the label do not count.
    pub fn add(&mut self, answered: &TaskAnswers) {
        let index = answered.task;
        let (data, present) = (self.pipeline.tasks[index].label.data, self.prepared.takes_part(index));
        let (positions, rows): (Vec<usize>, Vec<usize>) = answered
            .rows
            .iter()
            .enumerate()
            .filter(|(_, (of, row))| *of == data && present.contains(*row))
            .map(|(position, (_, row))| (position, *row))
            .unzip();
        let task = &mut self.tasks[index];
        task.add_loss(&answered.loss);
        if rows.is_empty() {
            return;
        }
        let labels = self.prepared.labels(self.pipeline, index, &rows);
        let gathered = (rows.len() != answered.rows.len()).then(|| answered.answers.gather(&positions));
        let answers = gathered.as_deref().unwrap_or(answered.answers.as_ref());
        let shown_in_part = |task: usize| self.prepared.map_sizes(task).is_some();
        let leaves_open = shown_in_part(index) || self.pipeline.beside(index).is_some_and(shown_in_part);
        let open = if leaves_open { labels.answered(answers) } else { None };
        task.add(open.unwrap_or(labels), answers, &rows);
    }

    /// Finds the thresholds that are to be fitted, on the rows that were kept to do so, and judges these by them.
    pub fn fit(&mut self, judge: &mut Judge) {
        for (index, (task, judging)) in self.pipeline.tasks.iter().zip(&mut self.tasks).enumerate() {
            if let Threshold::Fitted(criterion) = task.threshold {
                judge.thresholds[index] = judging.fit(|scored| fitted_thresholds(criterion, scored));
            }
        }
    }

    /// Each task's figures.
    pub fn finish(self) -> Vec<Judged> {
        self.tasks.into_iter().map(TaskJudging::finish).collect()
    }
}
