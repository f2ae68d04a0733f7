//! Loads and checks one spec for a subcommand: settings, levels, facts, diagnostics.

use std::path::Path;

use crate::catalog::Facts;
use crate::check::facts::FactsFile;
use crate::check::{self, Options, Pipeline};
use crate::diag::settings::{Remark, Settings};
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
    /// What a facts file said of the data.
    pub facts: Option<Facts>,
    /// Before levels and suppressions.
    raw: Vec<Diagnostic>,
    /// The comments of every file, for suppression.
    remarks: Vec<(FileId, Vec<Remark>)>,
}

impl Spec {
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Adds what the data says, by the levels and suppressions of the spec.
    pub fn add_findings(&mut self, found: Vec<Diagnostic>) {
        self.raw.extend(found);
        self.settings.data_opened = true;
        let registry = check::codes::all();
        self.diagnostics = self.settings.apply(self.raw.clone(), &self.remarks, &registry, &self.sources);
    }
}

/// Reads and checks a spec; `Err` if the file cannot be read.
pub fn load(path: &Path, set: &[(String, String)], levels: &[(String, Level)]) -> Result<Spec, String> {
    load_with(path, set, levels, true)
}

/// The same for one whose data will be opened: the data itself speaks, not the facts that were kept of it.
pub fn load_for_data(path: &Path, set: &[(String, String)], levels: &[(String, Level)]) -> Result<Spec, String> {
    load_with(path, set, levels, false)
}

fn load_with(
    path: &Path,
    set: &[(String, String)],
    levels: &[(String, Level)],
    kept_facts: bool,
) -> Result<Spec, String> {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let registry = check::codes::all();
    let mut loader = DiskLoader::default();
    let settings = Settings::find(path, levels, &loader, &mut sources, &registry, &mut sink);
    loader.std_folder = settings.std_folder.clone();
    let text = loader.read(path).map_err(|error| format!("cannot read `{}`: {}", path.display(), error.reason))?;
    let file = sources.add(path.display().to_string(), Some(path), text);
    let facts = if kept_facts { facts_beside(path, &loader) } else { None };
    let options = Options { set: set.to_vec(), facts: facts.clone() };
    let checked = check::check(file, &mut sources, &loader, &options, &mut sink);
    let raw = sink.finish();
    let diagnostics = settings.apply(raw.clone(), &checked.remarks, &registry, &sources);
    let pipeline = checked.pipeline.filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
    Ok(Spec { sources, file, pipeline, diagnostics, settings, facts, raw, remarks: checked.remarks })
}

/// What `check --write-facts` kept beside the spec.
pub fn facts_beside(path: &Path, loader: &dyn Loader) -> Option<Facts> {
    let text = loader.read(&FactsFile::path_of(path)).ok()?;
    FactsFile::parse(&text).map(|facts| facts.to_facts())
}
