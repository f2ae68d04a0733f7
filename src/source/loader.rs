//! The one door to files for `use` and the standard templates.
//!
//! Stages before `data/` do no I/O of their own: they ask a [`Loader`], so that the same checker runs
//! on disk, in an editor's memory and in a test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// More names of a folder than this are not looked at.
const MOST_NAMES: usize = 5000;

/// Why a file could not be had, in words that complete "cannot read FILE: …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    pub reason: String,
    pub missing: bool,
}

pub trait Loader {
    /// The text of a file.
    fn read(&self, path: &Path) -> Result<String, LoadError>;

    /// A name under which two paths to the same file are equal.
    fn canonical(&self, path: &Path) -> PathBuf {
        path.to_path_buf()
    }

    /// A folder whose task templates replace the embedded ones of the same name.
    fn std_folder(&self) -> Option<PathBuf> {
        None
    }

    /// Whether there is a folder of this path.
    fn is_folder(&self, _path: &Path) -> bool {
        false
    }

    /// Whether there is a file of this path.
    fn is_file(&self, path: &Path) -> bool {
        self.read(path).is_ok()
    }

    /// Names of files and folders in a folder, for suggestions; empty if it cannot be listed.
    fn names(&self, _folder: &Path) -> Vec<String> {
        Vec::new()
    }

    /// Names of the `.mtl` files in a folder, for suggestions; empty if it cannot be listed.
    fn siblings(&self, _folder: &Path) -> Vec<String> {
        Vec::new()
    }
}

/// Reads from the file system.
#[derive(Clone, Debug, Default)]
pub struct DiskLoader {
    /// Where templates that replace the embedded ones lie (`std` in `mtlc.toml`, or `MTLC_STD`).
    pub std_folder: Option<PathBuf>,
}

impl Loader for DiskLoader {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        let bytes = std::fs::read(path).map_err(|error| LoadError {
            missing: error.kind() == std::io::ErrorKind::NotFound,
            reason: match error.kind() {
                std::io::ErrorKind::NotFound => "there is no such file".into(),
                std::io::ErrorKind::PermissionDenied => "permission denied".into(),
                std::io::ErrorKind::IsADirectory => "it is a folder".into(),
                _ => error.to_string(),
            },
        })?;
        String::from_utf8(bytes).map_err(|error| LoadError {
            missing: false,
            reason: format!(
                "it is not UTF-8 text (byte {} is not part of a character)",
                error.utf8_error().valid_up_to() + 1
            ),
        })
    }

    fn canonical(&self, path: &Path) -> PathBuf {
        std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
    }

    fn std_folder(&self) -> Option<PathBuf> {
        self.std_folder.clone()
    }

    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.take(MOST_NAMES).flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    fn siblings(&self, folder: &Path) -> Vec<String> {
        self.names(folder).into_iter().filter(|name| name.ends_with(".mtl")).collect()
    }
}

/// Files held in memory: for tests, examples in docs and editors.
#[derive(Clone, Debug, Default)]
pub struct MemoryLoader {
    pub files: BTreeMap<PathBuf, String>,
}

impl Loader for MemoryLoader {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        self.files.get(path).cloned().ok_or_else(|| LoadError { reason: "there is no such file".into(), missing: true })
    }

    fn siblings(&self, folder: &Path) -> Vec<String> {
        self.files
            .keys()
            .filter(|path| path.parent() == Some(folder))
            .filter_map(|path| path.file_name()?.to_str().map(str::to_owned))
            .collect()
    }
}
