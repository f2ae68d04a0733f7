//! Trains a proposal: the spec with its settings, on every fold and seed, and the multi-task score that comes of it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::lower::Device;

use super::search::Proposal;
use super::space::Setting;
use super::trials::Trial;
use crate::data::{self, NotFolded, Overrides, Parts, Tables, open_and_split};
use crate::diag::Diagnostic;
use crate::pipeline::Pipeline;
use crate::project::not_a_spec::NotASpec;
use crate::score::Ordered;
use crate::score::judge::TaskFigures;
use crate::source::Cannot;
use crate::train::fit::{Ending, Epoch, Failure, Settings, Watch};
use crate::train::session::Session;

/// How proposals are trained.
pub struct Runner<'a> {
    /// The spec checked with these `--set` pairs.
    pub pipeline: &'a (dyn Fn(&Setting) -> Result<Pipeline, NotChecked> + Sync),
    /// 0 for the spec's own validation part.
    pub folds: usize,
    /// Of training.
    pub seeds: Vec<u64>,
    pub split_seed: Option<u64>,
    pub device: Device,
    /// Whether a person asked to stop.
    pub asked: &'a (dyn Fn() -> bool + Sync),
    /// Opened data, by what it was opened with: a setting may change which file is read, and most do not.
    pub opened: Mutex<HashMap<String, Arc<Opened>>>,
}

/// Data, and the parts of each fold.
pub struct Opened {
    pub tables: Tables,
    pub folds: Vec<Parts>,
}

/// Why the spec has no pipeline with some settings.
#[derive(Debug)]
pub enum NotChecked {
    NotASpec(NotASpec),
    /// The first of its errors, if it was told.
    Wrong(Option<Box<Diagnostic>>),
}

/// Why a runner cannot score.
#[derive(Debug)]
pub enum Unfit {
    Data(Vec<Diagnostic>),
    NotFolded(NotFolded),
    /// There is no validation part, and no folds were asked for.
    NoValid,
}

impl fmt::Display for NotChecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotChecked::NotASpec(not_a_spec) => not_a_spec.fmt(f),
            NotChecked::Wrong(Some(problem)) => f.write_str(&problem.message),
            NotChecked::Wrong(None) => f.write_str("the spec has errors"),
        }
    }
}

impl Unfit {
    /// What to do about it, where the problems do not say so themselves.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Unfit::Data(_) => None,
            Unfit::NotFolded(_) => Some("score by the validation part: leave out `--folds`"),
            Unfit::NoValid => Some("give the split a `valid` share, or cut folds: `--folds 5`"),
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfit::Data(problems) => {
                f.write_str(problems.first().map_or("the data has problems", |problem| problem.message.as_str()))
            }
            Unfit::NotFolded(not_folded) => not_folded.fmt(f),
            Unfit::NoValid => f.write_str("there is no validation part to score trials on"),
        }
    }
}

/// One training.
struct Scored {
    score: f64,
    tasks: Vec<(String, Option<f64>)>,
    epoch: usize,
    seconds: f64,
}

/// Why there is no score of a training.
enum Lost {
    Interrupted,
    Failed(String),
}

impl Runner<'_> {
    /// Opens and cuts the data, or takes what is there.
    ///
    /// # Errors
    /// What is wrong with the data, or that there is nothing to score on.
    pub fn open(&self, pipeline: &Pipeline) -> Result<Arc<Opened>, Unfit> {
        let key = format!("{:?}", pipeline.data);
        let cache = || self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = cache().get(&key) {
            return Ok(opened.clone());
        }
        let overrides = Overrides { split_seed: self.split_seed, ..Overrides::default() };
        let (tables, parts) = open_and_split(pipeline, &overrides).map_err(Unfit::Data)?;
        let folds = if self.folds > 0 {
            data::folds(pipeline, &tables, &parts, self.folds).map_err(Unfit::NotFolded)?
        } else if parts.0.iter().all(|rows| rows.valid.is_empty()) {
            return Err(Unfit::NoValid);
        } else {
            vec![parts]
        };
        let opened = Arc::new(Opened { tables, folds });
        cache().insert(key, opened.clone());
        Ok(opened)
    }

    /// Tries a proposal; `None` if a person stopped it. What goes wrong is part of the trial.
    pub fn trial(&self, proposal: &Proposal) -> Option<Trial> {
        let mut trial = Trial { set: proposal.set.clone(), epochs: proposal.epochs, ..Trial::default() };
        match self.scored(proposal) {
            Ok(scored) => {
                let count = scored.len().max(1) as f64;
                trial.scores = scored.iter().map(|one| one.score).collect();
                trial.score = Some(trial.scores.iter().sum::<f64>() / count);
                trial.kept_epoch = scored.iter().map(|one| one.epoch as f64).sum::<f64>() / count;
                trial.seconds = scored.iter().map(|one| one.seconds).sum();
                trial.tasks = tasks(&scored);
                Some(trial)
            }
            Err(Lost::Interrupted) => None,
            Err(Lost::Failed(why)) => {
                trial.failed = Some(why);
                Some(trial)
            }
        }
    }

    fn scored(&self, proposal: &Proposal) -> Result<Vec<Scored>, Lost> {
        let unfit = |unfit: Unfit| Lost::Failed(unfit.to_string());
        let mut pipeline = (self.pipeline)(&proposal.set).map_err(|why| Lost::Failed(why.to_string()))?;
        pipeline.train.epochs = proposal.epochs;
        let opened = self.open(&pipeline).map_err(unfit)?;
        let mut scored = Vec::new();
        for parts in &opened.folds {
            let session = Session::fitted(pipeline.clone(), &opened.tables, parts.clone(), &[])
                .map_err(|problems| unfit(Unfit::Data(problems)))?;
            for seed in &self.seeds {
                scored.push(self.train(&session, *seed)?);
            }
        }
        Ok(scored)
    }

    fn train(&self, session: &Session, seed: u64) -> Result<Scored, Lost> {
        if (self.asked)() {
            return Err(Lost::Interrupted);
        }
        let mut engine = session.engine(seed, &self.device).map_err(|no_engine| Lost::Failed(no_engine.to_string()))?;
        let mut kept = Kept { asked: self.asked, valid: Vec::new(), left_out: Vec::new() };
        let trained = session.train(&mut engine, &Settings::silent(seed), &mut kept).map_err(|failure| {
            Lost::Failed(match failure {
                Failure::Diverged { task, epoch, .. } => format!("task `{task}` diverged in epoch {epoch}"),
                Failure::Refused(refused) => refused.to_string(),
            })
        })?;
        if trained.ending == Ending::Interrupted {
            return Err(Lost::Interrupted);
        }
        let Some(score) = trained.best.score.filter(|score| score.is_finite()) else {
            let why: Vec<String> = kept.left_out.iter().map(|(task, why)| format!("{task}: {why}")).collect();
            return Err(Lost::Failed(format!("no task could be scored ({})", why.join("; "))));
        };
        let tasks = session.pipeline.tasks.iter().zip(&kept.valid);
        Ok(Scored {
            score,
            tasks: tasks.map(|(task, figures)| (task.name.clone(), figures.metrics[task.select].number())).collect(),
            epoch: trained.best.epoch,
            seconds: trained.seconds,
        })
    }
}

/// The mean of each task's select metric where it is defined.
fn tasks(scored: &[Scored]) -> Ordered<f64> {
    let names = scored.first().map_or(&[][..], |first| first.tasks.as_slice());
    let mean = |place: usize| {
        let figures: Vec<f64> = scored.iter().filter_map(|one| one.tasks.get(place)?.1).collect();
        (!figures.is_empty()).then(|| figures.iter().sum::<f64>() / figures.len() as f64)
    };
    names.iter().enumerate().filter_map(|(place, (name, _))| Some((name.clone(), mean(place)?))).collect()
}

/// Keeps the figures of the best epoch.
struct Kept<'a> {
    asked: &'a (dyn Fn() -> bool + Sync),
    valid: Vec<TaskFigures>,
    left_out: Vec<(String, String)>,
}

impl Watch for Kept<'_> {
    fn epoch(&mut self, epoch: &Epoch) -> Result<(), Cannot> {
        if epoch.is_best {
            self.valid = epoch.valid.clone();
            self.left_out = epoch.left_out.clone();
        }
        Ok(())
    }

    fn interrupted(&self) -> bool {
        (self.asked)()
    }
}
