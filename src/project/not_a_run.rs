//! Why a path leads to no run directory, and which was most likely meant.

use std::fmt;
use std::path::{Path, PathBuf};

use super::pack::ENDING;
use crate::diag::near::NotThere;
use crate::source::DiskLoader;

/// What stands in the place of a run directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotARun {
    /// A folder without `run.json`; the last run in it, if there is one.
    Folder { path: PathBuf, last: Option<PathBuf> },
    /// A file of a run.
    FileOfRun { path: PathBuf, run: PathBuf },
    /// A spec; its last run, if there is one.
    Spec { path: PathBuf, last: Option<PathBuf> },
    /// A file that is called as packs are, and is none.
    NoPack { path: PathBuf, is_empty: bool },
    /// Some other file.
    File(PathBuf),
    /// Nothing.
    Missing { path: PathBuf, missing: NotThere },
}

impl NotARun {
    pub fn of(path: &Path) -> Self {
        let own = path.to_path_buf();
        if path.is_dir() {
            return NotARun::Folder { path: own, last: last_run(path) };
        }
        if path.is_file() {
            if let Some(run) = path.parent().filter(|folder| folder.join("run.json").exists()) {
                return NotARun::FileOfRun { path: own, run: run.to_path_buf() };
            }
            return match path.extension().and_then(|ending| ending.to_str()) {
                Some("mtl") => {
                    let last = path.file_stem().and_then(|stem| last_run(&Path::new("runs").join(stem)));
                    NotARun::Spec { path: own, last }
                }
                Some(ENDING) => {
                    let is_empty = std::fs::metadata(path).is_ok_and(|metadata| metadata.len() == 0);
                    NotARun::NoPack { path: own, is_empty }
                }
                _ => NotARun::File(own),
            };
        }
        let mut missing = NotThere::of(path, &DiskLoader::default());
        missing.near = missing.near.map(|near| last_run(&near).unwrap_or(near));
        NotARun::Missing { path: own, missing }
    }
}

/// The last run in a folder of runs, which are named by their time.
fn last_run(folder: &Path) -> Option<PathBuf> {
    let entries = std::fs::read_dir(folder).ok()?;
    entries.flatten().map(|entry| entry.path()).filter(|path| path.join("run.json").exists()).max()
}

impl fmt::Display for NotARun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotARun::Folder { path, last } => {
                write!(f, "`{}` is no run directory: it has no run.json", path.display())?;
                last.as_ref().map_or(Ok(()), |last| write!(f, "; did you mean `{}`?", last.display()))
            }
            NotARun::FileOfRun { path, run } => {
                write!(f, "`{}` is a file; give its run directory, `{}`", path.display(), run.display())
            }
            NotARun::Spec { path, last } => {
                let shown = path.display();
                write!(f, "`{shown}` is a spec, and a run directory is expected; ")?;
                match last {
                    Some(last) => write!(f, "its last run is `{}`", last.display()),
                    None => write!(f, "train it first with `mtlc run {shown}`, which names its directory"),
                }
            }
            NotARun::NoPack { path, is_empty: true } => {
                write!(f, "`{}` is no pack of a run: it is empty", path.display())
            }
            NotARun::NoPack { path, is_empty: false } => {
                write!(
                    f,
                    "`{}` is no pack of a run: it begins otherwise, and is damaged or of another program",
                    path.display()
                )
            }
            NotARun::File(path) => write!(f, "`{}` is a file, and a run directory is expected", path.display()),
            NotARun::Missing { path, missing } => {
                write!(f, "there is no run directory `{}`{}", path.display(), missing.words())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_called_as_a_pack_is_said_to_be_none() {
        let scratch = tempfile::tempdir().expect("a folder");
        let folder = scratch.path();
        let said = |name: &str, text: &str| {
            std::fs::write(folder.join(name), text).expect("it can be written");
            NotARun::of(&folder.join(name)).to_string()
        };
        assert!(said("empty.mtlpack", "").contains("is no pack of a run: it is empty"));
        assert!(said("other.mtlpack", "{}").contains("is no pack of a run: it begins otherwise"));
        assert!(said("a.csv", "x").contains("is a file, and a run directory is expected"));
    }
}
