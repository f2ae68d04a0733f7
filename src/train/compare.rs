//! Judging training together against training alone: trials of several contenders over several seeds, single-task
//! baselines, Δm with its intervals, and Caruana's control with shuffled labels.
//!
//! A baseline is the same spec with one task: the same trunk, budget and rule of choosing the kept model. Everything is
//! judged on the test part (valid, if there is no test part), which no choice was made on.

use std::sync::Arc;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use super::fit::{Failure, Settings, Silent, Watch};
use super::judge::{Answered, Judge, TaskFigures};
use super::metrics;
use super::report::{DeltaMReport, Ordered};
use super::scoring::{Figure, RowWeights};
use super::session::{self, Session};
use super::statistics::{Interval, Spread, TaskGain, delta_m_over_seeds};
use crate::catalog::balancers::{self, BalancerDef};
use crate::check::Pipeline;
use crate::check::pipeline::Part;
use crate::data::Overrides;
use crate::diag::Diagnostic;
use crate::lower::Draw;

/// What is to be trained.
#[derive(Clone, Debug)]
pub struct Contender {
    pub name: String,
    pub pipeline: Pipeline,
}

/// How contenders are tried.
#[derive(Clone, Debug)]
pub struct Trials {
    pub seeds: Vec<u64>,
    /// Instead of the spec's; with `resplit` the seed's place is added.
    pub split_seed: Option<u64>,
    pub resplit: bool,
    pub device: Device,
    /// Resamples of the test rows; 0 for none.
    pub bootstrap: usize,
}

/// Why a comparison ended.
pub enum Stopped {
    /// Problems of the data, of the contender of this place.
    Data(usize, Vec<Diagnostic>),
    Failed(String, Failure),
    Message(String),
}

/// One trained model.
pub struct Trial {
    pub score: Option<f64>,
    pub seconds: f64,
    pub epochs: usize,
    pub figures: Vec<TaskFigures>,
    answered: Vec<Answered>,
}

/// The spec with one task.
pub fn alone(pipeline: &Pipeline, task: usize) -> Pipeline {
    let mut alone = pipeline.clone();
    alone.name = format!("{}-{}", pipeline.name, pipeline.tasks[task].name);
    alone.tasks = vec![pipeline.tasks[task].clone()];
    alone.tasks[0].reads.clear();
    alone.weights.lambda = vec![1.0];
    if let Some(plain) = plain_balancer() {
        alone.weights.balancer = plain;
    }
    alone
}

/// The weights as written: what a single task trains with.
pub fn plain_balancer() -> Option<BalancerDef> {
    balancers::find("static").and_then(|entry| (entry.from_args)(&Default::default()))
}

/// Trains once, and judges.
///
/// # Errors
/// If the training fails.
pub fn trial(session: &Session, seed: u64, device: &Device, watch: &mut dyn Watch) -> Result<Trial, Failure> {
    let settings = Settings::silent(seed);
    let mut engine = session.engine(seed, device).map_err(Failure::Io)?;
    let trained = session.train(&mut engine, &settings, watch)?;
    let judge = Judge::new(&session.pipeline, &session.prepared);
    let predictions = session.predictions(&engine.model, judged_part(session));
    let answered = predictions
        .iter()
        .enumerate()
        .map(|(task, predictions)| judge.answered(&session.pipeline, &session.prepared, task, predictions))
        .collect();
    Ok(Trial {
        score: trained.best.score,
        seconds: trained.seconds,
        epochs: trained.epochs,
        figures: session.figures(&judge, &predictions),
        answered,
    })
}

/// Test, or valid where there is no test part.
pub fn judged_part(session: &Session) -> Part {
    let has = |part: Part| session.prepared.parts().0.iter().any(|parts| !parts.of(part).is_empty());
    [Part::Test, Part::Valid].into_iter().find(|part| has(*part)).unwrap_or(Part::Train)
}

impl Trials {
    /// A session for the seed at this place.
    ///
    /// # Errors
    /// What is wrong with the data.
    fn session(&self, pipeline: &Pipeline, place: usize) -> Result<Session, Vec<Diagnostic>> {
        let split_seed = if self.resplit { Some(self.split_seed.unwrap_or(0) + place as u64) } else { self.split_seed };
        let (tables, parts) = session::open(pipeline, &Overrides { split_seed, ..Overrides::default() })?;
        Session::fitted(pipeline.clone(), &tables, parts, &[])
    }

    /// Every seed of a contender; `say` is told before each.
    fn run(
        &self,
        place: usize,
        contender: &Contender,
        say: &mut dyn FnMut(&str),
        prepare: &dyn Fn(&mut Session, u64),
    ) -> Result<(Session, Vec<Trial>), Stopped> {
        let mut last = None;
        let mut trials = Vec::new();
        for (turn, seed) in self.seeds.iter().enumerate() {
            say(&format!("{}, seed {seed} ({} of {})", contender.name, turn + 1, self.seeds.len()));
            let mut session =
                self.session(&contender.pipeline, turn).map_err(|problems| Stopped::Data(place, problems))?;
            prepare(&mut session, *seed);
            let trial = trial(&session, *seed, &self.device, &mut Silent)
                .map_err(|failure| Stopped::Failed(contender.name.clone(), failure))?;
            trials.push(trial);
            last = Some(session);
        }
        match last {
            Some(session) => Ok((session, trials)),
            None => Err(Stopped::Message("no seed was given".into())),
        }
    }
}

/// What a comparison found: `compare.json`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Comparison {
    pub mtlc_version: String,
    pub seeds: Vec<u64>,
    /// `test` or `valid`.
    pub part: String,
    pub contenders: Ordered<ContenderReport>,
    /// Each task trained alone.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub alone: Ordered<Ordered<Spread>>,
}

/// A contender over seeds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContenderReport {
    /// Mean over tasks of the skill on the judged part, over seeds.
    pub skill: Option<Spread>,
    pub seconds: Option<Spread>,
    /// `tasks.<task>.<metric>`
    pub tasks: Ordered<Ordered<Spread>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delta_m: Option<DeltaMReport>,
    /// Of Δm in total, by resampling the rows that are judged, seeds held fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delta_m_rows: Option<Interval>,
    /// Δm of each task when the other tasks' labels are shuffled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shuffled_labels: Option<DeltaMReport>,
}

/// Tries every contender, and what they are measured against.
///
/// # Errors
/// If data or training fails.
pub fn compare(
    contenders: &[Contender],
    trials: &Trials,
    baseline: bool,
    control: bool,
    say: &mut dyn FnMut(&str),
) -> Result<Comparison, Stopped> {
    let mut comparison = Comparison {
        mtlc_version: env!("CARGO_PKG_VERSION").into(),
        seeds: trials.seeds.clone(),
        ..Comparison::default()
    };
    let Some(first) = contenders.first() else { return Err(Stopped::Message("there is nothing to compare".into())) };
    let mut singles: Vec<(Session, Vec<Trial>)> = Vec::new();
    if baseline || control {
        for (task, of) in first.pipeline.tasks.iter().enumerate() {
            let single = Contender { name: format!("{} alone", of.name), pipeline: alone(&first.pipeline, task) };
            let result = trials.run(0, &single, say, &|_, _| {})?;
            comparison.alone.insert(of.name.clone(), spreads(&result.0, 0, &result.1, 0));
            singles.push(result);
        }
    }
    for (place, contender) in contenders.iter().enumerate() {
        let (session, runs) = trials.run(place, contender, say, &|_, _| {})?;
        comparison.part = judged_part(&session).name().into();
        let mut report = ContenderReport {
            skill: Spread::of(&runs.iter().filter_map(mean_skill).collect::<Vec<f64>>()),
            seconds: Spread::of(&runs.iter().map(|trial| trial.seconds).collect::<Vec<f64>>()),
            ..ContenderReport::default()
        };
        for (index, task) in session.pipeline.tasks.iter().enumerate() {
            report.tasks.insert(task.name.clone(), spreads(&session, index, &runs, index));
        }
        if !singles.is_empty() {
            report.delta_m = gains(&session, &runs, &singles, None);
            report.delta_m_rows = rows_interval(&session, &runs, &singles, trials.bootstrap);
        }
        if control {
            report.shuffled_labels = shuffled(place, contender, trials, &singles, say)?;
        }
        comparison.contenders.insert(contender.name.clone(), report);
    }
    Ok(comparison)
}

fn mean_skill(trial: &Trial) -> Option<f64> {
    let skills: Vec<f64> = trial.figures.iter().filter_map(|figures| figures.skill.as_ref().ok().copied()).collect();
    (!skills.is_empty()).then(|| skills.iter().sum::<f64>() / skills.len() as f64)
}

/// Every metric of a task over trials; `at` is the task's place in them.
fn spreads(session: &Session, task: usize, trials: &[Trial], at: usize) -> Ordered<Spread> {
    let mut spreads = Ordered::default();
    for (place, metric) in session.pipeline.tasks[task].metrics.iter().enumerate() {
        let figures: Vec<f64> = trials.iter().filter_map(|trial| trial.figures[at].metrics[place].number()).collect();
        if let Some(spread) = Spread::of(&figures) {
            spreads.insert(metric.key(), spread);
        }
    }
    spreads
}

/// Δm over seeds; with `only`, of one task.
fn gains(
    session: &Session,
    runs: &[Trial],
    singles: &[(Session, Vec<Trial>)],
    only: Option<usize>,
) -> Option<DeltaMReport> {
    let per_seed: Vec<Vec<TaskGain>> = (0..runs.len())
        .map(|seed| {
            let tasks = session.pipeline.tasks.iter().enumerate();
            tasks
                .filter(|(index, _)| only.is_none_or(|only| only == *index))
                .filter_map(|(index, task)| {
                    let (_, alone) = singles.iter().find(|(single, _)| single.pipeline.tasks[0].name == task.name)?;
                    let number = |figures: &TaskFigures| figures.metrics[task.select].number().unwrap_or(f64::NAN);
                    Some(TaskGain {
                        task: task.name.clone(),
                        direction: task.metrics[task.select].direction(),
                        together: number(&runs[seed].figures[index]),
                        alone: number(&alone[seed].figures[0]),
                    })
                })
                .collect()
        })
        .collect();
    delta_m_over_seeds(&per_seed).map(|delta| DeltaMReport::from(&delta))
}

/// Where Δm lies in 95% of resamples of the judged rows: both models of a task are judged on the same resampled rows.
fn rows_interval(
    session: &Session,
    runs: &[Trial],
    singles: &[(Session, Vec<Trial>)],
    resamples: usize,
) -> Option<Interval> {
    if resamples == 0 {
        return None;
    }
    type Ready<'a> = Box<dyn Fn(RowWeights) -> Figure + 'a>;
    // For each seed and task: how to compute the select metric together and alone, and the number of rows.
    let mut pairs: Vec<(usize, Ready<'_>, Ready<'_>, usize)> = Vec::new();
    for (seed, run) in runs.iter().enumerate() {
        for (index, task) in session.pipeline.tasks.iter().enumerate() {
            let (_, alone) = singles.iter().find(|(single, _)| single.pipeline.tasks[0].name == task.name)?;
            let (together, alone) = (run.answered[index].scored(), alone[seed].answered[0].scored());
            let metric = &task.metrics[task.select];
            let rows = together.rows();
            if let (Ok(together), Ok(alone)) = (metrics::prepare(metric, &together), metrics::prepare(metric, &alone)) {
                pairs.push((index, together, alone, rows));
            }
        }
    }
    let draw = Draw::new(0, "bootstrap", "delta_m");
    let mut totals: Vec<f64> = Vec::with_capacity(resamples);
    for resample in 0..resamples as u64 {
        let mut sum = (0.0, 0usize);
        for (index, together, alone, rows) in &pairs {
            // The same rows for every seed of a task.
            let stream = draw.at(resample).at(*index as u64);
            let mut weights = vec![0.0; *rows];
            for place in 0..*rows as u64 {
                weights[(stream.uniform(place) * *rows as f64) as usize] += 1.0;
            }
            let gain = TaskGain {
                task: String::new(),
                direction: session.pipeline.tasks[*index].metrics[session.pipeline.tasks[*index].select].direction(),
                together: together(RowWeights::Given(&weights)).number().unwrap_or(f64::NAN),
                alone: alone(RowWeights::Given(&weights)).number().unwrap_or(f64::NAN),
            };
            if let Ok(gain) = super::statistics::relative_gain(&gain) {
                sum = (sum.0 + gain, sum.1 + 1);
            }
        }
        if sum.1 > 0 {
            totals.push(sum.0 / sum.1 as f64);
        }
    }
    if totals.len() * 2 < resamples {
        return None;
    }
    totals.sort_by(f64::total_cmp);
    let at = |share: f64| totals[((totals.len() - 1) as f64 * share).round() as usize];
    Some(Interval { low: at(0.025), high: at(0.975) })
}

/// Each task together with the others' labels shuffled: a gain that stays comes from more updates or regularisation,
/// not from what the other labels say (Caruana 1997).
fn shuffled(
    place: usize,
    contender: &Contender,
    trials: &Trials,
    singles: &[(Session, Vec<Trial>)],
    say: &mut dyn FnMut(&str),
) -> Result<Option<DeltaMReport>, Stopped> {
    let mut all = DeltaMReport { seeds: trials.seeds.len(), ..DeltaMReport::default() };
    for (task, of) in contender.pipeline.tasks.iter().enumerate() {
        let named = Contender {
            name: format!("{} beside shuffled labels ({})", of.name, contender.name),
            pipeline: contender.pipeline.clone(),
        };
        let shuffle = |session: &mut Session, seed: u64| {
            let others: Vec<usize> = (0..session.pipeline.tasks.len()).filter(|other| *other != task).collect();
            // The session has just been made, and nobody else has its data yet.
            let Some(prepared) = Arc::get_mut(&mut session.prepared) else { return };
            for other in others {
                let draw = Draw::new(seed, "shuffled labels", &session.pipeline.tasks[other].name);
                prepared.shuffle_labels(other, &mut |rows| draw.shuffle(rows));
            }
        };
        let (session, runs) = trials.run(place, &named, say, &shuffle)?;
        if let Some(gain) = gains(&session, &runs, singles, Some(task)) {
            all.tasks.insert(of.name.clone(), gain.total);
            if let Some(interval) = gain.ci95 {
                all.intervals.insert(of.name.clone(), interval);
            }
        }
    }
    let values: Vec<f64> = all.tasks.iter().map(|(_, gain)| *gain).collect();
    all.total = values.iter().sum::<f64>() / values.len().max(1) as f64;
    Ok((!values.is_empty()).then_some(all))
}
