//! `--resume RUN --epochs N`: what is said of a run that goes on for more epochs than it was begun with.

use super::super::output::complain;
use super::super::stopped::Stopped;
use crate::project::directory::RunDirectory;
use crate::project::longer;
use crate::project::manifest::Manifest;
use crate::report::RunReport;
use crate::train::checkpoint::Progress;
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
    longer::open_again(run, report.epochs, epochs)?;
    Ok(true)
}

/// What a run is of when it goes on for so many epochs, written down.
///
/// # Errors
/// If it has as many already.
pub fn lengthened(
    run: &RunDirectory,
    manifest: Manifest,
    session: &Session,
    progress: &Progress,
    epochs: usize,
) -> Result<Manifest, Stopped> {
    let (manifest, noted) = longer::lengthened(run, manifest, session, progress, epochs)?;
    manifest.notes.last().filter(|_| noted).into_iter().for_each(|note| complain(&format!("Note: {note}")));
    Ok(manifest)
}
