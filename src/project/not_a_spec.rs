//! Why a path that was given as a spec gives none, and what was most likely meant.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::catalog::formats;
use crate::diag::near::NotThere;
use crate::source::{LoadError, Loader};

/// Endings of what is made a table by hand.
const OTHER_TABLES: [&str; 7] = ["xlsx", "xls", "ods", "json", "zip", "arff", "npy"];

/// What stands in the place of a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotASpec {
    /// The directory of a run.
    Run(PathBuf),
    /// A folder, with a spec of its name beside it, or with these specs in it.
    Folder { path: PathBuf, beside: Option<PathBuf>, inside: Vec<PathBuf> },
    /// A table.
    Table(PathBuf),
    /// Nothing.
    Missing { path: PathBuf, missing: NotThere },
    /// A file that cannot be read.
    Unreadable { path: PathBuf, error: LoadError },
}

impl NotASpec {
    /// `None` if the path may be one of a spec.
    pub fn of(path: &Path, loader: &dyn Loader) -> Option<Self> {
        let own = path.to_path_buf();
        if loader.is_folder(path) {
            let names = loader.names(path);
            if names.iter().any(|name| name == "run.json") {
                return Some(NotASpec::Run(own));
            }
            let beside = Some(path.with_extension("mtl")).filter(|beside| loader.is_file(beside));
            let inside = names.iter().filter(|name| name.ends_with(".mtl")).map(|name| path.join(name)).collect();
            return Some(NotASpec::Folder { path: own, beside, inside });
        }
        if !loader.is_file(path) {
            return Some(NotASpec::Missing { path: own, missing: NotThere::of(path, loader) });
        }
        if path.extension().is_some_and(|ending| ending == "mtl") {
            return None;
        }
        let lower = path.to_string_lossy().to_lowercase();
        let bare = lower.strip_suffix(".gz").unwrap_or(&lower);
        let is_other = OTHER_TABLES.iter().any(|ending| bare.ends_with(&format!(".{ending}")));
        (formats::by_ending(&lower).is_some() || is_other).then_some(NotASpec::Table(own))
    }
}

impl fmt::Display for NotASpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotASpec::Run(path) => {
                let shown = path.display();
                write!(f, "`{shown}` is a run, and a spec is expected; the run is judged by `mtlc eval {shown}`")
            }
            NotASpec::Folder { path, beside, inside } => {
                write!(f, "`{}` is a folder", path.display())?;
                match (beside, inside.as_slice()) {
                    (Some(one), _) | (None, [one]) => write!(f, "; did you mean `{}`?", one.display()),
                    (None, []) => f.write_str(", and a spec is expected"),
                    (None, several) => {
                        let several: Vec<String> = several.iter().map(|one| format!("`{}`", one.display())).collect();
                        write!(f, "; it has the specs {}", several.join(", "))
                    }
                }
            }
            NotASpec::Table(path) => {
                let shown = path.display();
                let help = format!("write a first one for it with `mtlc init {shown}`");
                write!(f, "`{shown}` is a table, and a spec is expected; {help}")
            }
            NotASpec::Missing { path, missing } => {
                write!(f, "cannot read `{}`: there is no such file{}", path.display(), missing.words())
            }
            NotASpec::Unreadable { path, error } => write!(f, "cannot read `{}`: {}", path.display(), error.reason),
        }
    }
}

impl std::error::Error for NotASpec {}
