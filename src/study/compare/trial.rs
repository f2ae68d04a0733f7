//! One training, and everything that is asked of it afterwards: its figures, and what it answered for each judged row.

use crate::lower::Device;
use serde::{Deserialize, Serialize};

use super::answers::Answers;
use super::{Job, judged_part};
use crate::score::Figure;
use crate::score::Ordered;
use crate::score::judge::{Judge, Keep, TaskFigures};
use crate::train::engine::Engine;
use crate::train::fit::{Ending, Failure, Settings, Trained, Watch};
use crate::train::session::Session;

/// One trained model, judged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trial {
    pub seed: u64,
    /// As `--split-seed` gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_seed: Option<u64>,
    /// What it is judged on: `test` or `valid`.
    pub part: String,
    /// The multi-task score of the kept epoch, on valid.
    pub score: Option<f64>,
    pub epochs: usize,
    pub kept_epoch: usize,
    pub seconds: f64,
    pub tasks: Ordered<TaskTrial>,
}

/// A task's figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskTrial {
    /// Rows that have the label.
    pub rows: usize,
    pub loss: Option<f64>,
    /// Of the metric that chooses, from trivial (0) to perfect (1).
    pub skill: Option<f64>,
    /// Why there is no skill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_skill: Option<String>,
    /// By the metrics' keys; `null` where a metric is undefined. Matrices are left out.
    pub metrics: Ordered<Option<f64>>,
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub undefined: Ordered<String>,
    /// What the trivial predictor reaches by the metric that a gain is taken on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trivial: Option<f64>,
    #[serde(skip)]
    pub(super) answers: Answers,
}

/// Asks now and then whether to stop.
struct Asked<'a>(&'a dyn Fn() -> bool);

impl Watch for Asked<'_> {
    fn interrupted(&self) -> bool {
        (self.0)()
    }
}

/// Trains, and judges; `None` if a person stopped it.
///
/// # Errors
/// If the training fails.
pub fn run<'s>(
    session: &'s Session,
    job: &Job<'_>,
    device: &Device,
    asked: &dyn Fn() -> bool,
) -> Result<Option<(Trial, Engine<'s>, Trained)>, Failure> {
    let mut engine = session.engine(job.seed, device)?;
    let trained = session.train(&mut engine, &Settings::silent(job.seed), &mut Asked(asked))?;
    if trained.ending == Ending::Interrupted {
        return Ok(None);
    }
    let judge = Judge::new(&session.pipeline, &session.prepared).with_thresholds(&trained.best.thresholds);
    let part = judged_part(session);
    let judged = session.judged(&judge, &engine.model, part, Keep::All);
    let mut tasks = Ordered::default();
    for (index, (task, judged)) in session.pipeline.tasks.iter().zip(judged).enumerate() {
        let answers = judged.kept.map(|(answered, _)| Answers::of(answered, task.label.data)).unwrap_or_default();
        let trivial = judge.trivial_score(index, &task.metrics[task.gain.metric], &answers.scored()).ok();
        tasks.insert(task.name.clone(), of_task(&task.metrics, judged.figures, trivial, answers));
    }
    let trial = Trial {
        seed: job.seed,
        split_seed: job.split_seed,
        part: part.name().into(),
        score: trained.best.score,
        epochs: trained.epochs,
        kept_epoch: trained.best.epoch,
        seconds: trained.seconds,
        tasks,
    };
    Ok(Some((trial, engine, trained)))
}

fn of_task(
    metrics: &[crate::catalog::metrics::MetricDef],
    figures: TaskFigures,
    trivial: Option<f64>,
    answers: Answers,
) -> TaskTrial {
    let mut of = TaskTrial { rows: figures.rows, loss: figures.loss, trivial, answers, ..TaskTrial::default() };
    match figures.skill {
        Ok(skill) => of.skill = Some(skill),
        Err(why) => of.no_skill = Some(why),
    }
    for (metric, figure) in metrics.iter().zip(figures.metrics) {
        match figure {
            Figure::Number(value) => of.metrics.insert(metric.key(), Some(value)),
            Figure::Matrix(_) | Figure::PerClass(_) => {}
            Figure::Undefined(why) => {
                of.metrics.insert(metric.key(), None);
                of.undefined.insert(metric.key(), why);
            }
        }
    }
    of
}
