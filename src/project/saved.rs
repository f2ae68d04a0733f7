//! A spec as a run kept it: its text and imports from the run directory, its place in the file system as it was.

use std::fmt;
use std::path::PathBuf;

use super::directory::{NoRun, RunDirectory};
use super::manifest::Manifest;
use super::not_a_spec::NotASpec;
use super::pack::NotOpened;
use super::spec::{Given, Spec};
use crate::data::sha256;
use crate::pipeline::Pipeline;

/// Why the spec of a run cannot be had.
#[derive(Debug)]
pub enum NotSaved {
    NoRun(NoRun),
    /// The text in this file is not the one that was trained.
    Edited(PathBuf),
    NotASpec(NotASpec),
    /// It does not pass the check any more: what this version of the program finds wrong with it.
    Wrong(Box<Spec>),
}

/// Checks the spec of a run again.
///
/// # Errors
/// If the run directory does not hold it, or it has errors.
pub fn load(run: &RunDirectory, manifest: &Manifest) -> Result<(Spec, Pipeline), NotSaved> {
    let mut kept = manifest.imports.clone();
    let text = run.read_text("spec.mtl").map_err(NotSaved::NoRun)?;
    if sha256(text.as_bytes()) != manifest.spec_sha256 {
        if let Some(pack) = &run.pack {
            let why = "its `spec.mtl` is not the spec that was trained";
            return Err(NotSaved::NoRun(NotOpened::damaged(pack, why).into()));
        }
        return Err(NotSaved::Edited(run.file("spec.mtl")));
    }
    kept.insert(manifest.spec.clone(), text);
    let given = Given { set: &manifest.set, variant: manifest.variant.as_deref(), ..Given::default() };
    let mut spec = Spec::load_over(&manifest.spec, &kept, &given).map_err(NotSaved::NotASpec)?;
    match spec.pipeline.take() {
        Some(pipeline) => Ok((spec, pipeline)),
        None => Err(NotSaved::Wrong(Box::new(spec))),
    }
}

impl fmt::Display for NotSaved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotSaved::NoRun(no_run) => no_run.fmt(f),
            NotSaved::Edited(path) => {
                write!(f, "`{}` is not the spec that was trained: it is damaged or was edited", path.display())
            }
            NotSaved::NotASpec(not_a_spec) => not_a_spec.fmt(f),
            NotSaved::Wrong(_) => f.write_str("the spec of the run no longer passes the check"),
        }
    }
}
