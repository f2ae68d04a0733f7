//! Loads and checks one spec for a subcommand: settings, levels, facts, diagnostics.

use std::path::Path;

use super::args::{LevelArgs, SetArgs};
#[cfg(feature = "data")]
use super::output::{complain, stderr_style};
use crate::catalog::Facts;
use crate::check::facts::FactsFile;
use crate::check::{self, Options};
#[cfg(feature = "data")]
use crate::diag::render::{self, Format};
use crate::diag::settings::{Remark, Settings};
use crate::diag::{Diagnostic, Level, Sink};
use crate::pipeline::Pipeline;
use crate::source::{DiskLoader, FileId, Loader, Sources};

/// A spec that has been read and checked.
// What only builds that open data look at stays in the others, unread.
#[cfg_attr(not(feature = "data"), allow(dead_code))]
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

impl Spec {
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// What is found of a run's data, by the levels and suppressions of the spec.
    #[cfg(feature = "run")]
    pub fn judged(&self, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        let registry = check::codes::all();
        let names: Vec<&str> = found.iter().map(|one| one.code.name).collect();
        let all = self.raw.iter().cloned().chain(found.iter().cloned()).collect();
        let mut settled = self.settings.apply(all, &self.remarks, &registry, &self.sources);
        settled.retain(|one| names.contains(&one.code.name));
        settled
    }

    #[cfg(feature = "data")]
    /// Says at a problem what to write, now that the data has been asked.
    pub fn answer(&mut self, ask: &check::Ask, help: &str) {
        let of =
            |problem: &&mut Diagnostic| problem.code == &check::codes::MISSING_ARGUMENT && problem.span == ask.span;
        for problem in self.raw.iter_mut().chain(&mut self.diagnostics).filter(of) {
            problem.help = Some(help.to_string());
        }
    }

    #[cfg(feature = "data")]
    /// Adds what the data says, by the levels and suppressions of the spec. `all`: nothing kept it from being looked at to the end.
    pub fn add_findings(&mut self, found: Vec<Diagnostic>, all: bool) {
        self.raw.extend(found);
        self.settings.data_opened = all;
        let registry = check::codes::all();
        self.diagnostics = self.settings.apply(self.raw.clone(), &self.remarks, &registry, &self.sources);
    }
}

/// Reads and checks a spec; `Err` if the file cannot be read.
pub fn load(path: &Path, set: &SetArgs, levels: &LevelArgs) -> Result<Spec, String> {
    load_with(path, &|disk| Box::new(disk), &Ask::of(set, &levels.list(), true))
}

/// The same for one whose data will be opened: the data itself speaks, not the facts that were kept of it.
pub fn load_for_data(path: &Path, set: &SetArgs, levels: &LevelArgs) -> Result<Spec, String> {
    load_with(path, &|disk| Box::new(disk), &Ask::of(set, &levels.list(), false))
}

/// What the command line adds to a spec.
pub struct Ask<'a> {
    pub set: &'a [(String, String)],
    pub variant: Option<&'a str>,
    pub levels: &'a [(String, Level)],
    /// Whether the facts file beside the spec is read.
    pub kept_facts: bool,
}

impl<'a> Ask<'a> {
    fn of(set: &'a SetArgs, levels: &'a [(String, Level)], kept_facts: bool) -> Self {
        Self { set: &set.set, variant: set.variant.as_deref(), levels, kept_facts }
    }
}

/// [`load`], reading through what `loader` makes of the disk.
pub fn load_with<'l>(
    path: &Path,
    loader: &dyn Fn(DiskLoader) -> Box<dyn Loader + 'l>,
    ask: &Ask<'_>,
) -> Result<Spec, String> {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let registry = check::codes::all();
    let mut disk = DiskLoader::default();
    let mut settings = Settings::find(path, ask.levels, &disk, &mut sources, &registry, &mut sink);
    settings.overridden = !ask.set.is_empty() || ask.variant.is_some();
    disk.std_folder = settings.std_folder.clone();
    let loader = loader(disk);
    if let Some(reason) = super::given::not_a_spec(path, loader.as_ref()) {
        return Err(reason);
    }
    let text = loader.read(path).map_err(|error| format!("cannot read `{}`: {}", path.display(), error.reason))?;
    let file = sources.add(path.display().to_string(), Some(path), text);
    let facts = if ask.kept_facts { facts_beside(path, loader.as_ref()) } else { None };
    let options = Options { set: ask.set.to_vec(), facts: facts.clone(), variant: ask.variant.map(Into::into) };
    let mut checked = check::check(file, &mut sources, loader.as_ref(), &options, &mut sink);
    let raw = sink.finish();
    let (remarks, asks) = (std::mem::take(&mut checked.remarks), std::mem::take(&mut checked.asks));
    let diagnostics = settings.apply(raw.clone(), &remarks, &registry, &sources);
    let pipeline = checked.into_pipeline().filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
    Ok(Spec { sources, file, pipeline, diagnostics, settings, facts, raw, remarks, asks })
}

/// Checks a text as if it stood in the file of this path.
#[cfg(feature = "run")]
pub fn load_with_text(path: &Path, text: &str) -> Result<Spec, String> {
    let kept = [(path.to_path_buf(), text.to_string())].into();
    let loader = |disk: DiskLoader| Box::new(super::saved::Overlay { kept: &kept, disk }) as Box<dyn Loader + '_>;
    load_with(path, &loader, &Ask { set: &[], variant: None, levels: &[], kept_facts: false })
}

/// What `check --write-facts` kept beside the spec.
pub fn facts_beside(path: &Path, loader: &dyn Loader) -> Option<Facts> {
    let text = loader.read(&FactsFile::path_of(path)).ok()?;
    FactsFile::parse(&text).map(|facts| facts.to_facts())
}

/// Draws problems for people, on standard error.
#[cfg(feature = "data")]
pub fn show(diagnostics: &[Diagnostic], spec: &Spec) {
    let text = render::render(Format::Human, &[(diagnostics, &spec.sources)], stderr_style());
    if !text.is_empty() {
        complain(text.trim_end());
    }
}
