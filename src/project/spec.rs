//! A spec, read and checked: its problems by levels and suppressions, the pipeline where there is one, and what the data adds
//! later.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::not_a_spec::NotASpec;
use super::overlay::Overlay;
use crate::catalog::Facts;
use crate::catalog::models::CONFIG;
use crate::check::facts::FactsFile;
use crate::check::{self, Options};
use crate::diag::settings::{Remark, Settings};
use crate::diag::{Diagnostic, Level, Sink};
use crate::pipeline::Pipeline;
use crate::source::{DiskLoader, FileId, Loader, Sources};

/// A spec that has been read and checked.
#[derive(Debug)]
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
    /// What only the data can answer of a spec with errors.
    pub asks: Vec<check::Ask>,
}

/// What is said of a spec from outside it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// Of params, weights and fields of `train`: name and value.
    pub set: &'a [(String, String)],
    pub variant: Option<&'a str>,
    /// Of codes, for this call; they win over `mtlc.toml`.
    pub levels: &'a [(String, Level)],
    /// Whether the facts file beside the spec is read. Where the data is opened, it speaks for itself.
    pub kept_facts: bool,
}

impl Spec {
    /// Reads and checks the spec of a file.
    ///
    /// # Errors
    /// If the file cannot be read, or is no spec. Whatever is wrong with a spec is in it.
    pub fn load(path: &Path, given: &Given<'_>) -> Result<Self, NotASpec> {
        Self::load_through(path, |disk| disk, given)
    }

    /// The same, where these texts stand in the place of files.
    ///
    /// # Errors
    /// As [`Spec::load`].
    pub fn load_over(path: &Path, kept: &BTreeMap<PathBuf, String>, given: &Given<'_>) -> Result<Self, NotASpec> {
        Self::load_through(path, |disk| Overlay { kept, disk }, given)
    }

    /// Checks a text as if it stood in the file of this path.
    ///
    /// # Errors
    /// As [`Spec::load`].
    pub fn of_text(path: &Path, text: &str) -> Result<Self, NotASpec> {
        Self::load_over(path, &[(path.to_path_buf(), text.to_string())].into(), &Given::default())
    }

    fn load_through<L: Loader>(
        path: &Path,
        loader: impl FnOnce(DiskLoader) -> L,
        given: &Given<'_>,
    ) -> Result<Self, NotASpec> {
        let mut sources = Sources::default();
        let mut sink = Sink::default();
        let registry = check::codes::all();
        let mut disk = DiskLoader::default();
        let mut settings = Settings::find(path, given.levels, &disk, &mut sources, registry, &mut sink);
        settings.overridden = !given.set.is_empty() || given.variant.is_some();
        disk.std_folder = settings.std_folder.clone();
        let loader = loader(disk);
        if let Some(not_a_spec) = NotASpec::of(path, &loader) {
            return Err(not_a_spec);
        }
        let text = loader.read(path).map_err(|error| NotASpec::Unreadable { path: path.to_path_buf(), error })?;
        let file = sources.add(path.display().to_string(), Some(path), text);
        let facts = if given.kept_facts { facts_beside(path, &loader) } else { None };
        let options = Options {
            set: given.set.to_vec(),
            facts: facts.clone(),
            variant: given.variant.map(Into::into),
            ..Options::default()
        };
        let mut checked = check::check(file, &mut sources, &loader, &options, &mut sink);
        let raw = sink.finish();
        let (remarks, asks) = (std::mem::take(&mut checked.remarks), std::mem::take(&mut checked.asks));
        let diagnostics = settings.apply(raw.clone(), &remarks, registry, &sources);
        let pipeline = checked.into_pipeline().filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
        Ok(Spec { sources, file, pipeline, diagnostics, settings, facts, raw, remarks, asks })
    }

    pub fn text(&self) -> &str {
        &self.sources.get(self.file).text
    }

    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The files that it imports, for those who keep it.
    pub fn imports(&self) -> BTreeMap<PathBuf, String> {
        let own = self.sources.get(self.file).path.as_deref();
        self.sources
            .iter()
            .filter_map(|(_, file)| Some((file.path.clone()?, file.text.to_string())))
            .filter(|(path, _)| {
                let of_model = path.file_name().is_some_and(|name| name == CONFIG);
                let imported = path.extension().is_some_and(|extension| extension == "mtl");
                Some(path.as_path()) != own && (imported || of_model)
            })
            .map(|(path, text)| (std::fs::canonicalize(&path).unwrap_or(path), text))
            .collect()
    }

    /// What is found of a run's data, by the levels and suppressions of the spec.
    pub fn judged(&self, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let registry = check::codes::all();
        let names: Vec<&str> = found.iter().map(|one| one.code.name).collect();
        let all = self.raw.iter().cloned().chain(found.iter().cloned()).collect();
        let mut settled = self.settings.apply(all, &self.remarks, registry, &self.sources);
        settled.retain(|one| names.contains(&one.code.name));
        settled
    }

    /// Says at a problem what to write, now that the data has been asked.
    pub fn answer(&mut self, ask: &check::Ask, help: &str) {
        let of =
            |problem: &&mut Diagnostic| problem.code == &check::codes::MISSING_ARGUMENT && problem.span == ask.span;
        for problem in self.raw.iter_mut().chain(&mut self.diagnostics).filter(of) {
            problem.help = Some(help.to_string());
        }
    }

    /// Adds what the data says, by the levels and suppressions of the spec. `all`: nothing kept it from being looked at to the end.
    pub fn add_findings(&mut self, found: Vec<Diagnostic>, all: bool) {
        self.raw.extend(found);
        self.settings.data_opened = all;
        let registry = check::codes::all();
        self.diagnostics = self.settings.apply(self.raw.clone(), &self.remarks, registry, &self.sources);
    }
}

/// What `check --write-facts` kept beside the spec.
pub fn facts_beside(path: &Path, loader: &dyn Loader) -> Option<Facts> {
    let text = loader.read(&FactsFile::path_of(path)).ok()?;
    FactsFile::parse(&text).map(|facts| facts.to_facts())
}
