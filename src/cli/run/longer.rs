//! `--resume RUN --epochs N`: a run, finished or not, that goes on for more epochs than it was begun with.

use super::super::output::complain;
use super::super::stopped::Stopped;
use crate::report::RunReport;
use crate::source;
use crate::train::checkpoint::Progress;
use crate::train::directory::{Manifest, RunDirectory};
use crate::train::longer::differs;
use crate::train::plan;
use crate::train::session::Session;

/// Makes a finished run one that can be gone on with; false if more epochs change nothing.
///
/// # Errors
/// If the run does not hold where its training stood.
pub fn open_again(run: &RunDirectory, epochs: usize) -> Result<bool, Stopped> {
    let report: RunReport = run.read("report.json")?;
    if report.ended == "stopped early" {
        complain(&format!(
            "The run in {} stopped early, after {} epochs: it would have done so with {epochs} as well",
            run.path.display(),
            report.epochs
        ));
        return Ok(false);
    }
    if report.epochs >= epochs {
        return Err(enough(report.epochs));
    }
    let state = std::fs::read(run.last()).map_err(|error| {
        let message = format!("cannot read where the training stood, `{}`: {error}", run.last().display());
        Stopped::Message(message, Some("a finished run goes on from this file; without it, start a new run".into()))
    })?;
    source::replace(&run.checkpoint(), &state)?;
    Ok(true)
}

/// What a run is of when it goes on for so many epochs, written down.
///
/// # Errors
/// If it has as many already.
pub fn lengthened(
    run: &RunDirectory,
    mut manifest: Manifest,
    session: &Session,
    progress: &Progress,
    epochs: usize,
) -> Result<Manifest, Stopped> {
    let from = manifest.epochs;
    if from == epochs {
        return Ok(manifest);
    }
    if progress.epoch >= epochs {
        return Err(enough(progress.epoch));
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
        manifest.notes.last().into_iter().for_each(|note| complain(&format!("Note: {note}")));
    }
    manifest.epochs = epochs;
    run.write("run.json", &manifest)?;
    Ok(manifest)
}

fn enough(epochs: usize) -> Stopped {
    let help = "`--epochs` says how many there are to be in all, not how many more";
    Stopped::Message(format!("the run has {epochs} epochs already"), Some(help.into()))
}
