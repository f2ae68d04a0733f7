//! Texts that are read in the place of files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::source::{DiskLoader, LoadError, Loader};

/// Reads what was kept before it looks on disk.
pub struct Overlay<'a> {
    pub kept: &'a BTreeMap<PathBuf, String>,
    pub disk: DiskLoader,
}

impl Loader for Overlay<'_> {
    fn read(&self, path: &Path) -> Result<String, LoadError> {
        match self.kept.get(path).or_else(|| self.kept.get(&self.disk.canonical(path))) {
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
