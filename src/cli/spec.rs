//! Loads and checks one spec for a subcommand: settings, levels, facts, diagnostics.

use std::path::Path;

use super::args::SetArgs;
use crate::check::facts::FactsFile;
use crate::check::{self, Options, Pipeline};
use crate::diag::settings::Settings;
use crate::diag::{Diagnostic, Level, Sink};
use crate::source::{DiskLoader, FileId, Loader, Sources};

/// A spec that has been read and checked.
pub struct Spec {
    pub sources: Sources,
    pub file: FileId,
    /// `None` if there are errors.
    pub pipeline: Option<Pipeline>,
    /// After levels and suppressions, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// What `mtlc.toml` and the command line say, for problems that are found later (in the data).
    pub settings: Settings,
}

impl Spec {
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads and checks a spec, or a variant of it; `Err` if the file cannot be read.
pub fn load(path: &Path, set: &SetArgs, levels: &[(String, Level)]) -> Result<Spec, String> {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let registry = check::codes::all();
    let mut loader = DiskLoader::default();
    let settings = Settings::find(path, levels, &loader, &mut sources, &registry, &mut sink);
    loader.std_folder = settings.std_folder.clone();
    let text = loader.read(path).map_err(|error| format!("cannot read `{}`: {}", path.display(), error.reason))?;
    let file = sources.add(path.display().to_string(), Some(path), text);
    let options = Options { set: set.set.clone(), facts: facts_beside(path, &loader), variant: set.variant.clone() };
    let checked = check::check(file, &mut sources, &loader, &options, &mut sink);
    let diagnostics = settings.apply(sink.finish(), &checked.remarks, &registry, &sources);
    let pipeline = checked.pipeline.filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
    Ok(Spec { sources, file, pipeline, diagnostics, settings })
}

/// What `check --write-facts` kept beside the spec.
pub fn facts_beside(path: &Path, loader: &dyn Loader) -> Option<crate::catalog::Facts> {
    let text = loader.read(&FactsFile::path_of(path)).ok()?;
    FactsFile::parse(&text).map(|facts| facts.to_facts())
}
