//! What the tests of several stages share: checking a text as `mtlc check` does, and files that bless themselves.

mod folder;

use std::path::{Path, PathBuf};

use mtlc::check::facts::FactsFile;
use mtlc::check::{self, Options};
use mtlc::diag::settings::Settings;
use mtlc::diag::{Diagnostic, Level, Severity, Sink};
use mtlc::pipeline::Pipeline;
use mtlc::source::{DiskLoader, Loader, Sources};

pub use folder::Folder;

/// A path in the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What a check came to.
pub struct Outcome {
    pub sources: Sources,
    pub diagnostics: Vec<Diagnostic>,
    pub pipeline: Option<Pipeline>,
}

/// How a text is checked, besides the text.
#[derive(Clone, Debug, Default)]
pub struct With {
    pub set: Vec<(String, String)>,
    pub levels: Vec<(String, Level)>,
}

/// Checks a text as if it stood in a file: `use`, facts and `mtlc.toml` are looked for beside that file.
pub fn check_at(path: &Path, text: &str, with: &With) -> Outcome {
    let mut sources = Sources::default();
    let mut sink = Sink::default();
    let registry = check::codes::all();
    let mut loader = DiskLoader::default();
    let settings = Settings::find(path, &with.levels, &loader, &mut sources, registry, &mut sink);
    loader.std_folder = settings.std_folder.clone();
    let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).display().to_string();
    let file = sources.add(name, Some(path), text);
    let facts = loader.read(&FactsFile::path_of(path)).ok();
    let facts = facts.map(|text| FactsFile::parse(&text).expect("a facts file").to_facts());
    let options = Options { set: with.set.clone(), facts, ..Options::default() };
    let checked = check::check(file, &mut sources, &loader, &options, &mut sink);
    let diagnostics = settings.apply(sink.finish(), &checked.remarks, registry, &sources);
    let pipeline = checked.into_pipeline().filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
    Outcome { sources, diagnostics, pipeline }
}

/// Checks a text that stands in no file.
pub fn check_text(text: &str) -> Outcome {
    check_at(&repository("example.mtl"), text, &With::default())
}

/// The pipeline of a text that must have no errors.
pub fn pipeline(text: &str) -> Pipeline {
    let outcome = check_text(text);
    let said = describe(&outcome);
    outcome.pipeline.unwrap_or_else(|| panic!("not clean:\n{text}\n{}", said.join("\n")))
}

/// Problems as lines: severity, code, place and message; what stands around it is indented.
pub fn describe(outcome: &Outcome) -> Vec<String> {
    let mut lines = Vec::new();
    let root = outcome.sources.get(mtlc::source::FileId(0)).name.clone();
    let place = |span| {
        let at = outcome.sources.position(span);
        let file = &outcome.sources.get(span.file).name;
        let short = Path::new(file).file_name().map_or(file.clone(), |name| name.to_string_lossy().into_owned());
        if *file == root { format!("{}:{}", at.line, at.column) } else { format!("{short}:{}:{}", at.line, at.column) }
    };
    for problem in &outcome.diagnostics {
        let severity = match problem.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        lines.push(format!("{severity}[{}] {} {}", problem.code.name, place(problem.span), problem.message));
        for label in &problem.labels {
            lines.push(format!("  also {} {}", place(label.span), label.message));
        }
        lines.extend(problem.notes.iter().map(|note| format!("  note: {note}")));
        lines.extend(problem.help.iter().map(|help| format!("  help: {help}")));
        lines.extend(problem.fixes.iter().map(|fix| format!("  fix: {}", fix.title)));
    }
    lines
}

/// True if this run rewrites what is expected: `MTLC_BLESS=1 cargo test`.
pub fn blessing() -> bool {
    std::env::var_os("MTLC_BLESS").is_some_and(|value| !value.is_empty())
}

/// Compares a generated file with the committed one, or writes it when blessing; `Err` says how they differ.
pub fn compare(path: &Path, text: &str) -> Result<(), String> {
    let shown = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(path).display();
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    if committed == text {
        return Ok(());
    }
    if blessing() {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| format!("{shown}: {error}"))?;
        }
        return std::fs::write(path, text).map_err(|error| format!("{shown}: {error}"));
    }
    let diff = similar::TextDiff::from_lines(committed.as_str(), text);
    let diff = diff.unified_diff().context_radius(1).header("committed", "now").to_string();
    Err(format!("{shown} is not up to date (`MTLC_BLESS=1 cargo test` rewrites it):\n{diff}"))
}

/// Fails with all differences at once.
pub fn all_good(differences: Vec<String>) {
    assert!(differences.is_empty(), "{} differ:\n\n{}", differences.len(), differences.join("\n\n"));
}

/// Every file of an extension below a folder, sorted.
pub fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
