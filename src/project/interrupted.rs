//! A run that was interrupted: whether it is still of the same, and where its training stood.

use std::fmt;

use super::directory::RunDirectory;
use super::manifest::Manifest;
use crate::lower::Backend;
use crate::train::checkpoint::{NotRead, Snapshot};
use crate::train::session::{NoEngine, Session};

/// Why a run cannot be gone on with.
#[derive(Debug)]
pub enum NotTheSame {
    /// The files of its data.
    Data,
    /// A file that the spec names besides its data.
    File(String),
    /// What it was made by, or files that its spec imports.
    Program,
    /// The checkpoint in its directory.
    Checkpoint,
    /// The checkpoint cannot be read.
    NotRead(NotRead),
    /// The model cannot be computed here.
    NotHere(NoEngine),
}

impl Manifest {
    /// # Errors
    /// If a run that is of this is of something else than `again` says, which has just been read.
    pub fn same(&self, again: &Manifest) -> Result<(), NotTheSame> {
        if again.identity == self.identity {
            return Ok(());
        }
        let changed = self.files.iter().find(|(name, hash)| again.files.get(*name) != Some(hash));
        Err(match changed {
            _ if again.data != self.data => NotTheSame::Data,
            Some((name, _)) => NotTheSame::File(name.clone()),
            None => NotTheSame::Program,
        })
    }
}

/// Where the training stood; `None` if nothing was kept yet.
///
/// # Errors
/// If it is of another run, or cannot be read.
pub fn snapshot(
    run: &RunDirectory,
    manifest: &Manifest,
    session: &Session,
    backend: Backend,
) -> Result<Option<Snapshot>, NotTheSame> {
    if !run.checkpoint().exists() {
        return Ok(None);
    }
    let model = session.model(manifest.seed, &backend.device()).map_err(NotTheSame::NotHere)?;
    let snapshot = Snapshot::read(&run.checkpoint(), &model.weights, &model.device).map_err(NotTheSame::NotRead)?;
    if snapshot.progress.identity != manifest.identity {
        return Err(NotTheSame::Checkpoint);
    }
    Ok(Some(snapshot))
}

impl fmt::Display for NotTheSame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotTheSame::Data => f.write_str("the data of the run has changed since it was interrupted"),
            NotTheSame::File(name) => write!(f, "`{name}` is not what it was when the run was begun"),
            NotTheSame::Program => {
                f.write_str("the run was made by another version of mtlc, or files that the spec imports have changed")
            }
            NotTheSame::Checkpoint => f.write_str("the checkpoint is of another run"),
            NotTheSame::NotRead(not_read) => not_read.fmt(f),
            NotTheSame::NotHere(no_engine) => no_engine.fmt(f),
        }
    }
}
