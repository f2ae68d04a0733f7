//! Texts that are read in the place of files.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::source::{DiskLoader, LoadError, Loader};

/// Reads what was kept before it looks on disk.
pub struct Overlay<'a> {
    pub kept: &'a BTreeMap<PathBuf, String>,
    pub disk: DiskLoader,
}

impl Loader for Overlay<'_> {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        let kept = |path: &Path| self.kept.get(path);
        // A folder that is gone has no name of its own any more.
        let kept = kept(path).or_else(|| kept(&self.disk.canonical(path))).or_else(|| kept(&without_ups(path)));
        match kept {
            Some(text) => Ok(text.clone()),
            None => self.disk.read(path),
        }
    }

    fn canonical(&self, path: &Path) -> PathBuf {
        self.disk.canonical(path)
    }

    fn std_folder(&self) -> Option<PathBuf> {
        self.disk.std_folder()
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.disk.is_folder(path)
    }

    fn siblings(&self, folder: &Path) -> Vec<String> {
        self.disk.siblings(folder)
    }
}

/// The path without `..`, as far as that can be told from how it is written.
fn without_ups(path: &Path) -> PathBuf {
    let mut shorter = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if shorter.file_name().is_some() => _ = shorter.pop(),
            Component::CurDir => {}
            part => shorter.push(part),
        }
    }
    shorter
}
