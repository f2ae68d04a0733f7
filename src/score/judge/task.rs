//! One task on a part that comes in batches.

use super::{Answered, Keep, Sample, TaskFigures};
use crate::answers::{Column, Prediction};
use crate::catalog::metrics::log_loss::LogLoss;
use crate::catalog::metrics::{Direction, MetricDef};
use crate::pipeline::{ClassWeights, Resample, Task, Threshold};
use crate::score::metrics::{Running, begin};
use crate::score::{Figure, Scored, Squares, Trivial, is_better, scale};

/// What a part came to.
pub struct Judged {
    pub figures: TaskFigures,
    /// For each of the task's metrics what answering without looking reaches; `Err` says why this cannot be told. Known of the
    /// metric that chooses, and of all where rows were kept.
    pub trivial: Vec<Result<f64, String>>,
    /// The rows that were kept, and whether they are all.
    pub kept: Option<(Answered, bool)>,
}

pub(super) struct TaskJudging<'p> {
    task: &'p Task,
    trivial: Option<Trivial>,
    thresholds: Vec<f64>,
    /// Of the task's metrics, and of the log loss where merit asks for it.
    metrics: Vec<Running>,
    /// The same for the predictor that never looks, and for answers that are always yes.
    blind: Vec<Option<Blindly>>,
    labels: Same,
    problem: Option<String>,
    rows: usize,
    loss: Vec<(f64, usize)>,
    squares: Option<Squares>,
    kept: Option<Sample>,
    /// Whether rows are only kept, and judged when the thresholds are known.
    waits: bool,
}

struct Blindly {
    metric: MetricDef,
    blind: Running,
    yes: Option<Running>,
    problem: Option<String>,
}

/// Whether all labels are the same.
#[derive(Default)]
struct Same {
    first: Option<Box<dyn Column>>,
    varies: bool,
}

impl<'p> TaskJudging<'p> {
    pub fn new(task: &'p Task, trivial: Option<Trivial>, thresholds: Vec<f64>, keep: Keep) -> Self {
        let mut metrics = task.metrics.clone();
        metrics.extend(smooth(task));
        let asked = |index: usize| keep == Keep::Sample || index == task.select || index >= task.metrics.len();
        let blind = |(index, metric): (usize, &MetricDef)| {
            let scores = metric.direction() != Direction::NotAScore;
            (asked(index) && scores).then(|| Blindly {
                metric: metric.clone(),
                blind: begin(metric),
                yes: None,
                problem: None,
            })
        };
        let waits = keep == Keep::ToFit && matches!(task.threshold, Threshold::Fitted(_));
        let kept = match keep {
            Keep::Sample => Some(Sample::new(Some(Sample::MOST))),
            Keep::All => Some(Sample::new(None)),
            Keep::ToFit if waits => Some(Sample::new(None)),
            Keep::ToFit | Keep::Nothing => None,
        };
        Self {
            task,
            trivial,
            thresholds,
            blind: metrics.iter().enumerate().map(blind).collect(),
            metrics: metrics.iter().map(begin).collect(),
            labels: Same::default(),
            problem: None,
            rows: 0,
            loss: vec![(0.0, 0); task.loss.len()],
            squares: Some(Squares::default()),
            kept,
            waits,
        }
    }

    pub fn add_loss(&mut self, loss: &[(f64, usize)]) {
        self.loss.iter_mut().zip(loss).for_each(|(of, (sum, count))| *of = (of.0 + sum, of.1 + count));
    }

    /// Takes labels and predictions of the same rows.
    pub fn add(&mut self, labels: Box<dyn Column>, predictions: &dyn Column, rows: &[usize]) {
        let thresholds = self.thresholds_of(predictions);
        if !self.waits {
            self.take(&Scored::of(labels.as_ref(), predictions, &thresholds), labels.as_ref());
        }
        if let Some(kept) = &mut self.kept {
            kept.add(labels, predictions, rows, &thresholds);
        }
    }

    /// From which probability on each class is given; empty if all are a half.
    fn thresholds_of(&self, predictions: &dyn Column) -> Vec<f64> {
        match (predictions.prediction(), self.thresholds.as_slice()) {
            (Prediction::Probabilities { width, .. }, []) => self.task.threshold.of_classes(width),
            (_, fitted) => fitted.to_vec(),
        }
    }

    fn take(&mut self, scored: &Scored, labels: &dyn Column) {
        self.rows += scored.rows();
        self.labels.add(labels);
        if self.problem.is_some() {
            return;
        }
        if let Err(problem) = scored.verify() {
            self.problem = Some(problem);
            return;
        }
        self.metrics.iter_mut().for_each(|metric| metric.take(scored));
        if !self.squares.as_mut().is_some_and(|squares| squares.add(scored)) {
            self.squares = None;
        }
        let Some(trivial) = self.trivial.as_ref().filter(|_| self.blind.iter().any(Option::is_some)) else { return };
        let (blind, yes) = (trivial.answers(scored), Trivial::always_yes(scored));
        for asked in self.blind.iter_mut().flatten() {
            match &blind {
                Ok(answers) => asked.blind.take(&Trivial::instead(scored, answers.as_ref())),
                Err(problem) => asked.problem = Some(problem.clone()),
            }
            if let Some(answers) = &yes {
                let running = asked.yes.get_or_insert_with(|| begin(&asked.metric));
                running.take(&Trivial::instead(scored, answers.as_ref()));
            }
        }
    }

    /// Finds thresholds on the rows that were kept, and judges these by them.
    pub fn fit(&mut self, find: impl FnOnce(&Scored) -> Vec<f64>) -> Vec<f64> {
        let Some(mut kept) = self.kept.take().filter(|_| self.waits).and_then(Sample::finish) else {
            return Vec::new();
        };
        self.thresholds = find(&kept.0.scored());
        kept.0.thresholds = self.thresholds_of(kept.0.predictions.as_ref());
        self.take(&kept.0.scored(), kept.0.labels.as_ref());
        self.thresholds.clone()
    }

    /// The figure of a metric.
    fn figure(&self, index: usize) -> Figure {
        match &self.problem {
            Some(why) => Figure::Undefined(why.clone()),
            None => self.metrics[index].finish(),
        }
    }

    /// What answering without looking reaches.
    fn trivial(&self, index: usize) -> Result<f64, String> {
        if self.rows == 0 {
            return Err("no row has the label".into());
        }
        if self.trivial.is_none() {
            return Err("no training row has the label".into());
        }
        if let Some(problem) = &self.problem {
            return Err(problem.clone());
        }
        if let Some(why) = self.labels.constant() {
            return Err(why.into());
        }
        let Some(asked) = &self.blind[index] else { return Err("it is not a score".into()) };
        if let Some(problem) = &asked.problem {
            return Err(problem.clone());
        }
        let value = match asked.blind.finish() {
            Figure::Number(value) => value,
            Figure::Undefined(why) => return Err(why),
            Figure::Matrix(_) | Figure::PerClass(_) => return Err(format!("`{}` is not a score", asked.metric.name())),
        };
        let yes = asked.yes.as_ref().and_then(|running| running.finish().number());
        Ok(yes.filter(|yes| is_better(asked.metric.direction(), *yes, value)).unwrap_or(value))
    }

    /// How far a figure of a metric is from the trivial predictor's (0) to perfect (1); `Err` says why this cannot be told.
    fn skill(&self, index: usize, figure: &Figure, trivial: &Result<f64, String>) -> Result<f64, String> {
        let start = trivial.clone()?;
        let metric = self.blind[index].as_ref().map(|asked| &asked.metric).ok_or("it is not a score")?;
        match figure {
            Figure::Number(value) => scale(metric.direction(), *value, start),
            Figure::Undefined(why) => Err(why.clone()),
            Figure::Matrix(_) | Figure::PerClass(_) => Err(format!("`{}` is not a score", metric.name())),
        }
    }

    /// The sum over the terms of their means; `None` if no row has the label.
    fn mean_loss(&self) -> Option<f64> {
        let mean = |(sum, count): &(f64, usize)| sum / (*count).max(1) as f64;
        self.loss.iter().any(|(_, count)| *count > 0).then(|| self.loss.iter().map(mean).sum())
    }

    pub fn finish(self) -> Judged {
        let count = self.task.metrics.len();
        // Each once: a figure that ranks rows sorts the whole part.
        let mut metrics: Vec<Figure> = (0..self.metrics.len()).map(|index| self.figure(index)).collect();
        let mut trivial: Vec<_> = (0..self.metrics.len()).map(|index| self.trivial(index)).collect();
        let skill_of = |index: usize| self.skill(index, &metrics[index], &trivial[index]);
        let skill = skill_of(self.task.select);
        let smooth = (metrics.len() > count).then(|| skill_of(count).ok()).flatten();
        let merit = skill.clone().map(|skill| match smooth {
            Some(smooth) => (skill + smooth) / 2.0,
            None => skill,
        });
        metrics.truncate(count);
        trivial.truncate(count);
        let figures = TaskFigures {
            rows: self.rows,
            loss: self.mean_loss(),
            metrics,
            skill,
            merit,
            squares: self.squares.filter(|_| self.problem.is_none() && (self.rows > 0 || self.task.label.ty.is_real())),
        };
        Judged { figures, trivial, kept: self.kept.and_then(Sample::finish) }
    }
}

/// What the merit of a task that is chosen by its decisions looks at beside them: the log loss of its probabilities. Where the
/// training weighs or draws classes unlike the rows have them, the probabilities are not meant to fit the rows.
fn smooth(task: &Task) -> Option<MetricDef> {
    let as_they_are = task.class_weights == ClassWeights::None && task.resample == Resample::None;
    (as_they_are && task.metrics[task.select].counts_decisions()).then_some(MetricDef::LogLoss(LogLoss {}))
}

impl Same {
    fn add(&mut self, labels: &dyn Column) {
        if self.varies || labels.rows() == 0 {
            return;
        }
        let first = self.first.get_or_insert_with(|| labels.gather(&[0]));
        self.varies = (0..labels.rows()).any(|row| !labels.same_row(row, first.as_ref(), 0));
    }

    fn constant(&self) -> Option<&'static str> {
        let first = self.first.as_ref().filter(|_| !self.varies)?;
        Some(first.constant_words())
    }
}
