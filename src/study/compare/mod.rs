//! Judging training together against training alone: trials of several contenders over several seeds, single-task
//! baselines, Δm with its intervals, and Caruana's control with shuffled labels.
//!
//! A baseline is the same spec with one task: the same trunk, budget and rule of choosing the kept model. Everything is
//! judged on the test part (valid, if there is no test part), which no choice was made on. A [`trial`] is one training with
//! what it answered, the [`store`] keeps trials so that no training is done twice, [`gains`] is Δm, [`found`] what is said.

mod answers;
pub mod found;
mod gains;
pub mod store;
pub mod trial;

use std::fmt;
use std::sync::Arc;

use crate::lower::Device;

use crate::data::{self, Overrides, Tables, sha256};
use crate::diag::Diagnostic;
use crate::lower::Draw;
use crate::pipeline::Part;
use crate::pipeline::Pipeline;
use crate::project::directory::NoRun;
use crate::source::Cannot;
use crate::train::engine::Engine;
use crate::train::fit::{Failure, Trained};
use crate::train::session::{self, Session};
pub use found::{Comparison, ContenderReport};
use gains::Alone;
use store::{Kept, Store};
use trial::Trial;

/// What is to be trained.
#[derive(Clone, Debug)]
pub struct Contender {
    /// Tells it from all others.
    pub name: String,
    /// The spec's file.
    pub spec: String,
    pub variant: Option<String>,
    pub pipeline: Pipeline,
    /// A hash of the text, its imports and what is set: with the data and the seeds, all that a training depends on.
    pub identity: String,
}

/// How contenders are tried.
pub struct Trials<'a> {
    pub seeds: Vec<u64>,
    /// Instead of the spec's; with `resplit` the seed's place is added.
    pub split_seed: Option<u64>,
    pub resplit: bool,
    pub device: Device,
    pub device_name: String,
    /// Resamples of the test rows; 0 for none.
    pub bootstrap: usize,
    /// Where trainings are kept and found again.
    pub store: Option<&'a Store>,
    /// Whether a person asked to stop.
    pub asked: &'a dyn Fn() -> bool,
    /// Where the models go, if they are to be kept.
    pub keeper: Option<&'a dyn Keeper>,
}

impl Trials<'_> {
    /// The split of the seed at this place.
    fn split_seed_of(&self, turn: usize) -> Option<u64> {
        match self.resplit {
            true => Some(self.split_seed.unwrap_or(0) + turn as u64),
            false => self.split_seed,
        }
    }
}

/// Keeps trained models.
pub trait Keeper {
    /// Whether the model of a job is there already; `key` is what the training depends on.
    fn has(&self, job: &Job<'_>, key: &str) -> bool;

    /// # Errors
    /// If its run directory cannot be written.
    fn keep(
        &self,
        job: &Job<'_>,
        key: &str,
        session: &Session,
        engine: &Engine<'_>,
        trained: &Trained,
    ) -> Result<(), NoRun>;
}

/// Which tasks of a contender learn from what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Together,
    /// The task of this place by itself.
    Alone(usize),
    /// The labels of all others are shuffled.
    BesideShuffled(usize),
}

/// One training.
pub struct Job<'a> {
    pub contender: &'a Contender,
    pub kind: Kind,
    pub seed: u64,
    pub split_seed: Option<u64>,
}

impl Job<'_> {
    /// Says which it is: `penguins`, `penguins, sex alone`.
    pub fn name(&self) -> String {
        let name = &self.contender.name;
        let task = |task: usize| &self.contender.pipeline.tasks[task].name;
        match self.kind {
            Kind::Together => name.clone(),
            Kind::Alone(of) => format!("{name}, {} alone", task(of)),
            Kind::BesideShuffled(of) => format!("{name}, {} beside shuffled labels", task(of)),
        }
    }
}

/// Why a comparison ended.
pub enum Stopped {
    /// Problems of the data, of the contender of this place.
    Data(usize, Vec<Diagnostic>),
    Failed(String, Failure),
    /// There are no seeds, or no contenders.
    Nothing(Nothing),
    /// A training that is done cannot be kept.
    NotKept(NoRun),
    /// A person asked to stop; so many trainings are done.
    Interrupted(usize),
}

/// What is lacking for a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    Contenders,
    Seeds,
}

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Nothing::Contenders => "there is nothing to compare",
            Nothing::Seeds => "no seed was given",
        })
    }
}

impl From<NoRun> for Stopped {
    fn from(no_run: NoRun) -> Self {
        Stopped::NotKept(no_run)
    }
}

impl From<Cannot> for Stopped {
    fn from(cannot: Cannot) -> Self {
        Stopped::NotKept(cannot.into())
    }
}

/// Test, or valid where there is no test part.
pub fn judged_part(session: &Session) -> Part {
    let has = |part: Part| session.prepared.parts().0.iter().any(|parts| !parts.of(part).is_empty());
    [Part::Test, Part::Valid].into_iter().find(|part| has(*part)).unwrap_or(Part::Train)
}

/// Trains what is not there yet, and counts.
struct Lab<'t, 's> {
    trials: &'t Trials<'t>,
    /// Told before each training.
    say: &'s mut dyn FnMut(&str),
    done: usize,
    reused: usize,
}

/// A contender whose data has been read.
struct Ready<'c> {
    place: usize,
    contender: &'c Contender,
    tables: Tables,
    /// Of the files, and of everything that the spec sets.
    identity: String,
}

impl<'t> Lab<'t, '_> {
    fn open<'c>(&self, place: usize, contender: &'c Contender) -> Result<Ready<'c>, Stopped> {
        let pipeline = &contender.pipeline;
        let overrides = Overrides { split_seed: self.trials.split_seed, ..Overrides::default() };
        let tables = data::open(pipeline, &overrides, data::Need::Everything)
            .map_err(|problems| Stopped::Data(place, problems))?;
        let files: Vec<&str> =
            tables.sets.iter().flat_map(crate::data::Table::all_files).map(|file| file.sha256.as_str()).collect();
        let settings: Vec<(&str, &str)> =
            pipeline.settings.iter().map(|setting| (setting.path.as_str(), setting.value.as_str())).collect();
        let named = data::named_files(pipeline);
        let what = (&contender.identity, files, named, settings, pipeline.train.epochs, &self.trials.device_name);
        let identity = sha256(format!("{what:?}{}", env!("CARGO_PKG_VERSION")).as_bytes());
        Ok(Ready { place, contender, tables, identity })
    }

    /// Every seed of a contender, or why one of them has no model. The others are compared all the same.
    fn over_seeds(&mut self, ready: &Ready<'_>, kind: Kind) -> Result<Result<Vec<Trial>, Lost>, Stopped> {
        let mut trials = Vec::new();
        for (turn, seed) in self.trials.seeds.iter().enumerate() {
            let split_seed = self.trials.split_seed_of(turn);
            let job = Job { contender: ready.contender, kind, seed: *seed, split_seed };
            match self.trial(ready, &job, turn) {
                Ok(trial) => trials.push(trial),
                Err(Stopped::Failed(_, failure @ Failure::Diverged { .. })) => {
                    return Ok(Err(Lost { failure, seed: *seed }));
                }
                Err(stopped) => return Err(stopped),
            }
        }
        Ok(Ok(trials))
    }

    /// One training, or what was kept of it.
    fn trial(&mut self, ready: &Ready<'_>, job: &Job<'_>, turn: usize) -> Result<Trial, Stopped> {
        let key = sha256(format!("{:?}", (&ready.identity, job.kind, job.seed, job.split_seed)).as_bytes());
        let lacks_model = || self.trials.keeper.is_some_and(|keeper| !keeper.has(job, &key));
        match self.trials.store.and_then(|store| store.get(job, &key)) {
            Some(Kept::Trained(trial)) if !lacks_model() => {
                (self.done, self.reused) = (self.done + 1, self.reused + 1);
                return Ok(*trial);
            }
            // There is no model of it to be kept.
            Some(Kept::Diverged(failure)) => {
                (self.done, self.reused) = (self.done + 1, self.reused + 1);
                return Err(Stopped::Failed(job.name(), failure));
            }
            _ => {}
        }
        if (self.trials.asked)() {
            return Err(Stopped::Interrupted(self.done));
        }
        (self.say)(&format!("{}, seed {} ({} of {})", job.name(), job.seed, turn + 1, self.trials.seeds.len()));
        let session = session(ready, job)?;
        let device = &self.trials.device;
        let run = match trial::run(&session, job, device, self.trials.asked) {
            Ok(run) => run,
            Err(failure) => {
                if let Some(store) = self.trials.store {
                    store.put_failed(job, &key, &failure)?;
                }
                self.done += 1;
                return Err(Stopped::Failed(job.name(), failure));
            }
        };
        let Some((trial, engine, trained)) = run else { return Err(Stopped::Interrupted(self.done)) };
        if let Some(keeper) = self.trials.keeper {
            keeper.keep(job, &key, &session, &engine, &trained)?;
        }
        if let Some(store) = self.trials.store {
            store.put(job, &key, &trial)?;
        }
        self.done += 1;
        Ok(trial)
    }
}

/// A training that has come to nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Lost {
    pub failure: Failure,
    pub seed: u64,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.failure {
            Failure::Diverged { task, epoch, .. } => {
                write!(f, "`{task}` diverged in epoch {epoch} with seed {}", self.seed)
            }
            Failure::Refused(refused) => refused.fmt(f),
        }
    }
}

/// What a job trains on.
fn session(ready: &Ready<'_>, job: &Job<'_>) -> Result<Session, Stopped> {
    let refuse = |problems| Stopped::Data(ready.place, problems);
    let whole = &ready.contender.pipeline;
    let pipeline = match job.kind {
        Kind::Alone(task) => whole.alone(task),
        Kind::Together | Kind::BesideShuffled(_) => whole.clone(),
    };
    // The split is that of all tasks, so that a task alone has the same rows.
    let parts = data::split(whole, &ready.tables, job.split_seed).map_err(refuse)?;
    let mut session = session::Session::fitted(pipeline, &ready.tables, parts, &[]).map_err(refuse)?;
    // The session has just been made, and nobody else has its data yet.
    if let Kind::BesideShuffled(task) = job.kind
        && let Some(prepared) = Arc::get_mut(&mut session.prepared)
    {
        for other in (0..whole.tasks.len()).filter(|other| *other != task) {
            let draw = Draw::new(job.seed, "shuffled labels", &whole.tasks[other].name);
            prepared.shuffle_labels(other, &mut |rows| draw.shuffle(rows));
        }
    }
    Ok(session)
}

/// Trains, and keeps, what is one's own share of everything that [`compare`] will want: of all trainings, one after the other,
/// those that `is_mine` takes.
///
/// # Errors
/// If data or training fails, or a person asks to stop.
pub fn train_share(
    contenders: &[Contender],
    trials: &Trials<'_>,
    baseline: bool,
    control: bool,
    is_mine: &dyn Fn(usize) -> bool,
    say: &mut dyn FnMut(&str),
) -> Result<(), Stopped> {
    let mut lab = Lab { trials, say, done: 0, reused: 0 };
    let mut number = 0;
    for (place, contender) in contenders.iter().enumerate() {
        let ready = lab.open(place, contender)?;
        let tasks = 0..contender.pipeline.tasks.len();
        let alone = tasks.clone().filter(|_| place == 0 && (baseline || control)).map(Kind::Alone);
        let beside = tasks.filter(|_| control).map(Kind::BesideShuffled);
        for kind in alone.chain([Kind::Together]).chain(beside) {
            for (turn, seed) in trials.seeds.iter().enumerate() {
                number += 1;
                if !is_mine(number - 1) {
                    continue;
                }
                let split_seed = trials.split_seed_of(turn);
                let job = Job { contender, kind, seed: *seed, split_seed };
                match lab.trial(&ready, &job, turn) {
                    // What diverged is kept as that.
                    Ok(_) | Err(Stopped::Failed(_, Failure::Diverged { .. })) => {}
                    Err(stopped) => return Err(stopped),
                }
            }
        }
    }
    Ok(())
}

/// Tries every contender, and what they are measured against.
///
/// # Errors
/// If data or training fails, or a person asks to stop.
pub fn compare(
    contenders: &[Contender],
    trials: &Trials<'_>,
    baseline: bool,
    control: bool,
    say: &mut dyn FnMut(&str),
) -> Result<Comparison, Stopped> {
    if trials.seeds.is_empty() {
        return Err(Stopped::Nothing(Nothing::Seeds));
    }
    let Some(first) = contenders.first() else { return Err(Stopped::Nothing(Nothing::Contenders)) };
    let mut lab = Lab { trials, say, done: 0, reused: 0 };
    let mut singles: Vec<Alone> = Vec::new();
    let mut open = Some(lab.open(0, first)?);
    if let Some(ready) = open.as_ref().filter(|_| baseline || control) {
        for (task, of) in first.pipeline.tasks.iter().enumerate() {
            let trials = lab.over_seeds(ready, Kind::Alone(task))?;
            singles.push(Alone { task: of.name.clone(), trials });
        }
    }
    let mut tried = Vec::new();
    let mut lost: Option<(String, Failure)> = None;
    for (place, contender) in contenders.iter().enumerate() {
        let ready = match open.take() {
            Some(ready) => ready,
            None => lab.open(place, contender)?,
        };
        let together = lab.over_seeds(&ready, Kind::Together)?;
        let mut beside_shuffled = Vec::new();
        if control && together.is_ok() {
            for task in 0..contender.pipeline.tasks.len() {
                beside_shuffled.push(lab.over_seeds(&ready, Kind::BesideShuffled(task))?);
            }
        }
        if let Err(one) = &together {
            lost = lost.or_else(|| Some((contender.name.clone(), one.failure.clone())));
        }
        tried.push(found::Tried { contender, together, beside_shuffled });
    }
    if let Some((name, failure)) = lost.filter(|_| tried.iter().all(|tried| tried.together.is_err())) {
        return Err(Stopped::Failed(name, failure));
    }
    Ok(found::put_together(&tried, &singles, trials, (lab.done, lab.reused)))
}
