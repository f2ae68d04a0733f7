//! What a comparison found: `compare.json`. Tasks lie in objects of their own, whatever they are called, and the figures of
//! every seed are there, so that each mean and interval can be computed again.

use serde::{Deserialize, Serialize};

use super::gains::{Alone, OverRows, gains, over_rows};
use super::trial::{TaskTrial, Trial};
use super::{Contender, Lost, Trials};
use crate::score::statistics::{DeltaM, DeltaMReport, Interval, Spread};
use crate::score::{Ordered, Squares, pooled};

/// The whole document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Comparison {
    pub mtlc_version: String,
    pub seeds: Vec<u64>,
    /// `test` or `valid`: what the first contender is judged on.
    pub part: String,
    pub contenders: Ordered<ContenderReport>,
    /// Each task of the first contender trained alone.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub alone: Ordered<AloneReport>,
    /// [`ContenderReport::pooled`] of the tasks trained alone.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub alone_pooled: Ordered<Ordered<Spread>>,
    /// The tasks that [`ContenderReport::skill`] is the mean over: the same for all.
    pub skill_over: Vec<String>,
    /// Tasks that it leaves out, with the reason.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub skill_left_out: Ordered<String>,
    /// How many trainings were done, and how many of them in an earlier call.
    #[serde(skip)]
    pub trainings: (usize, usize),
}

/// A contender over seeds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContenderReport {
    pub spec: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Mean over tasks of the skill on the judged part, over seeds.
    pub skill: Option<Spread>,
    pub seconds: Option<Spread>,
    /// `tasks.<task>.<metric>`
    pub tasks: Ordered<Ordered<Spread>>,
    /// Tasks of which there is no figure at all, with the reason.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub not_judged: Ordered<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delta_m: Option<DeltaMReport>,
    /// Of the tasks of each family.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub families: Ordered<FamilyGain>,
    /// `pooled.<family>.<figure>`: over all rows of a family of numbers.
    #[serde(skip_serializing_if = "Ordered::is_empty")]
    pub pooled: Ordered<Ordered<Spread>>,
    /// Of Δm in total, by resampling the rows that are judged, seeds held fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delta_m_rows: Option<Interval>,
    /// Δm of each task when the other tasks' labels are shuffled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shuffled_labels: Option<DeltaMReport>,
    /// Why it could not be trained; there is no figure of it then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// Every training.
    pub runs: Vec<Trial>,
}

/// What a family of tasks gains in the mean.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FamilyGain {
    pub gain: f64,
    /// Over seeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ci95: Option<Interval>,
    /// The tasks that have a gain.
    pub tasks: Vec<String>,
}

/// A task trained alone, over seeds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AloneReport {
    pub metrics: Ordered<Spread>,
    /// Why it could not be trained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
    /// Every training.
    pub runs: Vec<Trial>,
}

/// A contender and its trials; `Err` says why they could not be trained.
pub(super) struct Tried<'c> {
    pub contender: &'c Contender,
    pub together: Result<Vec<Trial>, Lost>,
    /// Of each task, if that was asked for.
    pub beside_shuffled: Vec<Result<Vec<Trial>, Lost>>,
}

impl Tried<'_> {
    fn runs(&self) -> &[Trial] {
        self.together.as_deref().unwrap_or_default()
    }
}

pub(super) fn put_together(
    tried: &[Tried<'_>],
    singles: &[Alone],
    trials: &Trials<'_>,
    trainings: (usize, usize),
) -> Comparison {
    let (skill_over, skill_left_out) = comparable(tried);
    let contenders =
        tried.iter().map(|tried| (tried.contender.name.clone(), report(tried, singles, trials.bootstrap, &skill_over)));
    let alone = |single: &Alone| {
        let report = match &single.trials {
            Ok(runs) => AloneReport { metrics: spreads(runs, &single.task), runs: runs.clone(), failed: None },
            Err(lost) => AloneReport { failed: Some(lost.to_string()), ..AloneReport::default() },
        };
        (single.task.clone(), report)
    };
    let first = tried.iter().find_map(|tried| tried.runs().first());
    Comparison {
        mtlc_version: env!("CARGO_PKG_VERSION").into(),
        seeds: trials.seeds.clone(),
        part: first.map_or(String::new(), |trial| trial.part.clone()),
        contenders: contenders.collect(),
        alone: singles.iter().map(alone).collect(),
        alone_pooled: tried.first().map_or(Ordered::default(), |first| alone_pooled(first.contender, singles)),
        skill_over,
        skill_left_out,
        trainings,
    }
}

fn report(tried: &Tried<'_>, singles: &[Alone], resamples: usize, skill_over: &[String]) -> ContenderReport {
    let Tried { contender, together, beside_shuffled } = tried;
    let runs = tried.runs();
    let tasks = &contender.pipeline.tasks;
    let skill = |trial: &Trial| {
        let skills: Vec<f64> = skill_over.iter().filter_map(|task| trial.tasks.get(task)?.skill).collect();
        (!skills.is_empty()).then(|| skills.iter().sum::<f64>() / skills.len() as f64)
    };
    let mut report = ContenderReport {
        spec: contender.spec.clone(),
        variant: contender.variant.clone(),
        skill: Spread::of(&runs.iter().filter_map(skill).collect::<Vec<f64>>()),
        seconds: Spread::of(&runs.iter().map(|trial| trial.seconds).collect::<Vec<f64>>()),
        failed: together.as_ref().err().map(Lost::to_string),
        runs: runs.to_vec(),
        pooled: over_families(contender, runs.len(), &|run, task| runs[run].tasks.get(task)),
        ..ContenderReport::default()
    };
    for task in tasks {
        let spreads = spreads(runs, &task.name);
        if spreads.is_empty() && report.failed.is_none() {
            let why = |trial: &Trial| Some(trial.tasks.get(&task.name)?.undefined.iter().next()?.1.clone());
            let why = runs.iter().find_map(why).unwrap_or_else(|| "none of its metrics is a number".into());
            report.not_judged.insert(task.name.clone(), why);
        }
        report.tasks.insert(task.name.clone(), spreads);
    }
    if !singles.is_empty() && report.failed.is_none() {
        let delta = gains(tasks, runs, singles, None);
        let OverRows { total, tasks: of_tasks } = over_rows(tasks, runs, singles, &delta, resamples);
        let mut told = DeltaMReport::from(&delta);
        for (task, rows) in of_tasks.iter() {
            if let Some(of) = told.tasks.get_mut(task) {
                of.rows = Some(*rows);
            }
        }
        (report.delta_m, report.delta_m_rows) = (Some(told), total);
        for (name, members) in contender.pipeline.families() {
            let delta = gains(tasks, runs, singles, Some(&members));
            if let Some(gain) = delta.total {
                let tasks = delta.tasks.into_iter().map(|task| task.task).collect();
                report.families.insert(name, FamilyGain { gain, ci95: delta.ci95, tasks });
            }
        }
    }
    if !beside_shuffled.is_empty() {
        let mut all = DeltaM { seeds: runs.len(), ..DeltaM::default() };
        for (task, runs) in beside_shuffled.iter().enumerate() {
            match runs {
                Ok(runs) => {
                    let of_task = gains(tasks, runs, singles, Some(&[task]));
                    all.tasks.extend(of_task.tasks);
                    all.left_out.extend(of_task.left_out);
                }
                Err(lost) => all.left_out.push((tasks[task].name.clone(), lost.to_string())),
            }
        }
        let count = all.tasks.len() as f64;
        all.total = (count > 0.0).then(|| all.tasks.iter().map(|task| task.gain).sum::<f64>() / count);
        report.shuffled_labels = Some(DeltaMReport::from(&all));
    }
    report
}

/// Of each family of numbers, what all rows of its tasks say together, over seeds; none if a task is not there.
fn over_families<'t>(
    contender: &Contender,
    seeds: usize,
    task: &dyn Fn(usize, &str) -> Option<&'t TaskTrial>,
) -> Ordered<Ordered<Spread>> {
    let mut families = Ordered::default();
    for (name, members) in contender.pipeline.families() {
        let names: Vec<&str> = members.iter().map(|member| contender.pipeline.tasks[*member].name.as_str()).collect();
        let of_seed = |seed| pooled(names.iter().map(|name| Squares::of(&task(seed, name)?.answers.scored())));
        let seeds: Vec<Ordered<f64>> = (0..seeds).map(of_seed).collect();
        let spread = |key: &str| {
            let figures: Vec<f64> = seeds.iter().filter_map(|seed| seed.get(key).copied()).collect();
            Some((key.to_string(), Spread::of(&figures)?))
        };
        let keys = seeds.first().into_iter().flat_map(|first| first.names());
        let figures: Ordered<Spread> = keys.filter_map(spread).collect();
        if !figures.is_empty() {
            families.insert(name, figures);
        }
    }
    families
}

fn alone_pooled(contender: &Contender, singles: &[Alone]) -> Ordered<Ordered<Spread>> {
    let trials = |task: &str| singles.iter().find(|single| single.task == task)?.trials.as_ref().ok();
    let seeds = singles.iter().filter_map(|single| single.trials.as_ref().ok()).map(Vec::len).max().unwrap_or(0);
    over_families(contender, seeds, &|seed, task| trials(task)?.get(seed)?.tasks.get(task))
}

/// Every metric of a task over trials.
fn spreads(trials: &[Trial], task: &str) -> Ordered<Spread> {
    let of = |trial: &'_ Trial| trial.tasks.get(task).map(|task| task.metrics.clone());
    let names: Vec<String> =
        trials.iter().find_map(of).map_or(Vec::new(), |metrics| metrics.names().map(str::to_string).collect());
    let spread = |metric: String| {
        let figure = |trial: &Trial| *trial.tasks.get(task)?.metrics.get(&metric)?;
        let spread = Spread::of(&trials.iter().filter_map(figure).collect::<Vec<f64>>())?;
        Some((metric, spread))
    };
    names.into_iter().filter_map(spread).collect()
}

/// The tasks whose skill every contender has in every trial, measured by the same metric; and the others, with the reason.
fn comparable(tried: &[Tried<'_>]) -> (Vec<String>, Ordered<String>) {
    // One that could not be trained has no skill to be compared.
    let tried: Vec<&Tried<'_>> = tried.iter().filter(|tried| tried.together.is_ok()).collect();
    let (mut common, mut left_out) = (Vec::new(), Ordered::default());
    let select = |tried: &Tried<'_>, task: &str| {
        let task = tried.contender.pipeline.tasks.iter().find(|of| of.name == task)?;
        Some(task.metrics[task.select].key())
    };
    let names = tried.iter().flat_map(|tried| &tried.contender.pipeline.tasks).map(|task| task.name.as_str());
    let mut seen = std::collections::HashSet::new();
    for task in names.filter(|name| seen.insert(*name)) {
        let lacking = tried.iter().find(|tried| select(tried, task).is_none());
        let mut by: Vec<Option<String>> = tried.iter().map(|tried| select(tried, task)).collect();
        by.dedup();
        let none = |trial: &Trial| match trial.tasks.get(task) {
            Some(TaskTrial { skill: Some(_), .. }) => None,
            Some(of) => Some(of.no_skill.clone().unwrap_or_else(|| "it has no skill".into())),
            None => None,
        };
        let why = match (lacking, by.as_slice()) {
            (Some(lacking), _) => Some(format!("{} has no such task", lacking.contender.name)),
            (None, [Some(one), Some(other), ..]) => Some(format!("chosen by {one} in one and by {other} in another")),
            _ => tried.iter().flat_map(|tried| tried.runs()).find_map(none),
        };
        match why {
            Some(why) => left_out.insert(task, why),
            None => common.push(task.to_string()),
        }
    }
    (common, left_out)
}
