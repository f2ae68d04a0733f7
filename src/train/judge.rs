//! From predictions to figures: each task's metrics on a part, and its skill for the multi-task score.

use serde::{Deserialize, Serialize};

use super::evaluate::TaskPredictions;
use crate::catalog::Kind;
use crate::catalog::decoders::Role;
use crate::catalog::metrics::MetricDef;
use crate::catalog::metrics::log_loss::LogLoss;
use crate::data::{HostValues, LabelValues, Prepared};
use crate::pipeline::Pipeline;
use crate::pipeline::{ClassWeights, HALF, Part, Resample, Task, Threshold};
use crate::score::Ordered;
use crate::score::decode::Decoding;
use crate::score::metrics;
use crate::score::{Figure, Labels, Prediction, Scored, Squares, Trivial, fitted_thresholds, skill, trivial_score};

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

/// Knows the labels, and what answering without looking would reach.
pub struct Judge {
    trivial: Vec<Option<Trivial>>,
    /// For yes-or-no tasks, whether each row of the label's data set is the class that is asked for.
    yes: Vec<Option<Vec<bool>>>,
    /// For each task, from which probability on each class is given; empty if all are a half.
    thresholds: Vec<Vec<f64>>,
}

impl Judge {
    pub fn new(pipeline: &Pipeline, prepared: &Prepared) -> Self {
        let tasks = pipeline.tasks.iter().enumerate();
        let yes = tasks.map(|(index, task)| is_yes_or_no(task).then(|| yes(pipeline, prepared, index))).collect();
        let thresholds = pipeline.tasks.iter().map(|_| Vec::new()).collect();
        let mut judge = Self { trivial: Vec::new(), yes, thresholds };
        for (index, task) in pipeline.tasks.iter().enumerate() {
            let data = task.label.data;
            let train: Vec<(usize, usize)> =
                prepared.parts().0[data].of(Part::Train).iter().map(|row| (data, *row)).collect();
            let labelled = LabelledRows::of(pipeline, prepared, index, judge.yes[index].as_deref(), &train);
            judge.trivial.push(Trivial::fit(&labelled.labels(), None));
        }
        judge
    }

    /// What answering without looking reaches by a metric; `Err` says why this cannot be told.
    pub fn trivial_score(&self, index: usize, metric: &MetricDef, scored: &Scored) -> Result<f64, String> {
        let trivial = self.trivial[index].as_ref().ok_or("no training row has the label")?;
        trivial_score(metric, scored, trivial)
    }

    /// Finds the thresholds that are to be fitted, on what the tasks predict for the validation part.
    pub fn fit_thresholds(&mut self, pipeline: &Pipeline, prepared: &Prepared, predictions: &[TaskPredictions]) {
        for (index, (task, predictions)) in pipeline.tasks.iter().zip(predictions).enumerate() {
            if let Threshold::Fitted(criterion) = task.threshold {
                let answered = self.answered(pipeline, prepared, index, predictions);
                self.thresholds[index] = fitted_thresholds(criterion, &answered.scored());
            }
        }
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

    /// What answering without looking reaches on some rows, for each of the task's metrics that says so.
    pub fn trivial(&self, task: &Task, index: usize, scored: &Scored<'_>) -> Vec<Option<f64>> {
        let of = |metric| trivial_score(metric, scored, self.trivial[index].as_ref()?).ok();
        task.metrics.iter().map(of).collect()
    }

    /// The predictor that does not look; `None` if no training row has the label.
    pub fn trivial_of(&self, index: usize) -> Option<&Trivial> {
        self.trivial[index].as_ref()
    }

    /// A task's predictions beside the labels.
    pub fn answered(
        &self,
        pipeline: &Pipeline,
        prepared: &Prepared,
        index: usize,
        predictions: &TaskPredictions,
    ) -> Answered {
        let yes = self.yes[index].as_deref();
        let labelled = LabelledRows::of(pipeline, prepared, index, yes, &predictions.rows);
        let thresholds = match (&pipeline.tasks[index].threshold, self.thresholds[index].as_slice()) {
            (threshold, []) => threshold.of_classes(predictions.decoded.width),
            (_, fitted) => fitted.to_vec(),
        };
        Answered::of(predictions, labelled, thresholds)
    }

    /// The skill of probabilities, for a task that is chosen by its decisions. Where the training weighs or draws classes unlike
    /// the rows have them, the probabilities are not meant to fit the rows.
    fn by_log_loss(&self, task: &Task, index: usize, scored: &Scored<'_>) -> Option<f64> {
        let as_they_are = task.class_weights == ClassWeights::None && task.resample == Resample::None;
        if !as_they_are || !task.metrics[task.select].counts_decisions() {
            return None;
        }
        let log_loss = MetricDef::LogLoss(LogLoss {});
        skill(&log_loss, scored, self.trivial[index].as_ref()?).ok()
    }

    /// Judges what a task predicted for some rows; rows without the label do not count.
    pub fn judge(
        &self,
        pipeline: &Pipeline,
        prepared: &Prepared,
        index: usize,
        predictions: &TaskPredictions,
    ) -> TaskFigures {
        let task = &pipeline.tasks[index];
        let answered = self.answered(pipeline, prepared, index, predictions);
        let scored = answered.scored();
        let select = &task.metrics[task.select];
        let skill = match &self.trivial[index] {
            _ if answered.rows() == 0 => Err("no row has the label".to_string()),
            Some(trivial) => skill(select, &scored, trivial),
            None => Err("no training row has the label".to_string()),
        };
        let merit = skill.clone().map(|skill| match self.by_log_loss(task, index, &scored) {
            Some(smooth) => (skill + smooth) / 2.0,
            None => skill,
        });
        TaskFigures {
            merit,
            squares: Squares::of(&scored),
            rows: answered.rows(),
            loss: predictions.loss,
            metrics: task.metrics.iter().map(|metric| metrics::compute(metric, &scored)).collect(),
            skill,
        }
    }
}

/// What a run keeps of the thresholds that were fitted: `thresholds.json`, by task.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Thresholds(pub Ordered<Vec<f64>>);

impl Thresholds {
    pub const FILE: &str = "thresholds.json";

    /// Of each task that wants them fitted, where there were labels to do so.
    pub fn of(pipeline: &Pipeline, fitted: &[Vec<f64>]) -> Self {
        let tasks = pipeline.tasks.iter().zip(fitted).filter(|(_, fitted)| !fitted.is_empty());
        Self(tasks.map(|(task, fitted)| (task.name.clone(), fitted.clone())).collect())
    }

    /// Puts them in the place of what was to be fitted.
    pub fn put_into(&self, pipeline: &mut Pipeline) {
        for task in &mut pipeline.tasks {
            if let (Threshold::Fitted(_), Some(fitted)) = (&task.threshold, self.0.get(&task.name)) {
                task.threshold = Threshold::At(fitted.clone());
            }
        }
    }
}

/// Predictions beside labels, for the rows that have the label.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    pub(crate) decoding: Decoding,
    classes: Vec<u32>,
    pub(crate) labelled: LabelledRows,
    pub(crate) thresholds: Vec<f64>,
}

impl Answered {
    fn of(predictions: &TaskPredictions, labelled: LabelledRows, thresholds: Vec<f64>) -> Self {
        let width = predictions.decoded.width;
        let values: Vec<f64> = labelled
            .positions
            .iter()
            .flat_map(|position| &predictions.decoded.values[position * width..][..width])
            .copied()
            .collect();
        Self::from_parts(Decoding { role: predictions.decoded.role, width, values }, labelled, thresholds)
    }

    /// From predictions for the rows that have the label, in their order.
    pub(crate) fn from_parts(decoding: Decoding, labelled: LabelledRows, thresholds: Vec<f64>) -> Self {
        let classes = match decoding.role {
            Role::Classes => decoding.values.iter().map(|value| *value as u32).collect(),
            _ => Vec::new(),
        };
        Self { decoding, classes, labelled, thresholds }
    }

    pub fn rows(&self) -> usize {
        self.labelled.positions.len()
    }

    /// For each row that has the label, which of the predictions is of it.
    pub fn positions(&self) -> &[usize] {
        &self.labelled.positions
    }

    pub fn scored(&self) -> Scored<'_> {
        let (width, values) = (self.decoding.width, self.decoding.values.as_slice());
        let prediction = match self.decoding.role {
            Role::Distribution => Prediction::Distribution { classes: width, values },
            Role::Probabilities => Prediction::Probabilities { width, values },
            Role::Classes => Prediction::Classes(&self.classes),
            Role::Raw | Role::Numbers => Prediction::Numbers { width, values },
        };
        Scored { prediction, label: self.labelled.labels(), weights: None, thresholds: &self.thresholds }
    }
}

/// The labels of those rows that have one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LabelledRows {
    /// Which of the given rows they are.
    pub positions: Vec<usize>,
    pub values: Owned,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Owned {
    Classes { classes: usize, values: Vec<u32> },
    Numbers { width: usize, values: Vec<f64> },
    Sets { width: usize, values: Vec<bool> },
    Binary(Vec<bool>),
}

impl LabelledRows {
    fn of(
        pipeline: &Pipeline,
        prepared: &Prepared,
        index: usize,
        yes: Option<&[bool]>,
        rows: &[(usize, usize)],
    ) -> Self {
        let task = &pipeline.tasks[index];
        let (label, present) = (prepared.label(index), prepared.takes_part(index));
        let (positions, rows): (Vec<usize>, Vec<usize>) = rows
            .iter()
            .enumerate()
            .filter(|(_, (data, row))| *data == task.label.data && present[*row])
            .map(|(position, (_, row))| (position, *row))
            .unzip();
        let values = match (yes, &label.values) {
            (Some(yes), _) => Owned::Binary(gather(yes, 1, &rows)),
            (None, LabelValues::Classes(values)) => Owned::Classes {
                classes: prepared.classes(index).map_or(0, <[String]>::len),
                values: gather(values, 1, &rows),
            },
            (None, LabelValues::Numbers { width, values }) => {
                Owned::Numbers { width: *width, values: gather(values, *width, &rows) }
            }
            (None, LabelValues::Sets { width, values }) => {
                Owned::Sets { width: *width, values: gather(values, *width, &rows) }
            }
        };
        Self { positions, values }
    }

    fn labels(&self) -> Labels<'_> {
        match &self.values {
            Owned::Classes { classes, values } => Labels::Classes { classes: *classes, values },
            Owned::Numbers { width, values } => Labels::Numbers { width: *width, values },
            Owned::Sets { width, values } => Labels::Sets { width: *width, values },
            Owned::Binary(values) => Labels::Binary { values },
        }
    }
}

fn gather<T: Copy>(values: &[T], width: usize, rows: &[usize]) -> Vec<T> {
    rows.iter().flat_map(|row| &values[row * width..][..width]).copied().collect()
}

/// A category that the task's target turns into one number per row.
fn is_yes_or_no(task: &Task) -> bool {
    let [target] = task.targets.as_slice() else { return false };
    matches!(task.label.ty.kind, Kind::Category { .. })
        && target.ty.is_real()
        && target.ty.elements_per_row().value() == Some(1)
}

/// Whether each row of the label's data set has a target of 1.
fn yes(pipeline: &Pipeline, prepared: &Prepared, index: usize) -> Vec<bool> {
    let data = pipeline.tasks[index].label.data;
    let mut rows = vec![Vec::new(); pipeline.data.len()];
    rows[data] = (0..prepared.rows(data)).collect();
    match &prepared.batch(&rows).targets[index].values[0].values {
        HostValues::F32(values) => values.iter().map(|value| *value >= 0.5).collect(),
        HostValues::I64(values) => values.iter().map(|value| *value == 1).collect(),
    }
}
