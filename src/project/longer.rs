//! A run, finished or not, that goes on for more epochs than it was begun with.

use std::fmt;

use super::directory::{NoRun, RunDirectory};
use super::manifest::Manifest;
use crate::source::{self, Cannot};
use crate::train::checkpoint::Progress;
use crate::train::longer::differs;
use crate::train::plan;
use crate::train::session::Session;

/// Why a run does not go on for longer.
#[derive(Debug)]
pub enum NotLonger {
    /// It has as many epochs already.
    Enough(usize),
    /// A finished run goes on from where its training stood, which cannot be read.
    NoState(Cannot),
    NoRun(NoRun),
}

/// Makes a finished run, which has so many epochs, one that can be gone on with.
///
/// # Errors
/// If it has as many as are wanted, or does not hold where its training stood.
pub fn open_again(run: &RunDirectory, has: usize, wanted: usize) -> Result<(), NotLonger> {
    if has >= wanted {
        return Err(NotLonger::Enough(has));
    }
    let read = std::fs::read(run.last());
    let state = read.map_err(Cannot::of(source::Wanted::Read, &run.last())).map_err(NotLonger::NoState)?;
    Ok(source::replace(&run.checkpoint(), &state).map_err(NoRun::from)?)
}

/// What a run is of when it goes on for so many epochs, written down; and whether it gets a note that the result is another than
/// that of as many epochs at once.
///
/// # Errors
/// If it has as many already.
pub fn lengthened(
    run: &RunDirectory,
    mut manifest: Manifest,
    session: &Session,
    progress: &Progress,
    epochs: usize,
) -> Result<(Manifest, bool), NotLonger> {
    let from = manifest.epochs;
    if from == epochs {
        return Ok((manifest, false));
    }
    if progress.epoch >= epochs {
        return Err(NotLonger::Enough(progress.epoch));
    }
    let steps = plan::epoch(&session.pipeline, &session.prepared, manifest.seed, 0).updates() as u64;
    let others = differs(&session.pipeline, progress, steps, from, epochs);
    if !others.is_empty() {
        let (what, looks) = (others.join("` and `"), if others.len() == 1 { "looks" } else { "look" });
        manifest.notes.push(format!(
            "the first {} epochs were those of a run of {from}, and the others go by one of {epochs}: `{what}` {looks} at \
             the length of the run, so that the result is another than that of {epochs} epochs at once",
            progress.epoch
        ));
    }
    manifest.epochs = epochs;
    run.write("run.json", &manifest)?;
    Ok((manifest, !others.is_empty()))
}

impl fmt::Display for NotLonger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotLonger::Enough(epochs) => write!(f, "the run has {epochs} epochs already"),
            NotLonger::NoState(Cannot { path, error, .. }) => {
                write!(f, "cannot read where the training stood, `{}`: {error}", path.display())
            }
            NotLonger::NoRun(no_run) => no_run.fmt(f),
        }
    }
}

impl From<NoRun> for NotLonger {
    fn from(no_run: NoRun) -> Self {
        NotLonger::NoRun(no_run)
    }
}
