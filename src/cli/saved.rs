//! A spec as a run kept it: its text and imports from the run directory, its place in the file system as it was.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::spec::{self, Ask, Spec};
use crate::data::sha256;
use crate::source::{DiskLoader, LoadError, Loader, Sources};
use crate::train::directory::{Manifest, RunDirectory};

/// Reads what a run kept before it looks on disk.
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

/// Checks the spec of a run again.
///
/// # Errors
/// In one line, if the run directory does not hold it.
pub fn load(run: &RunDirectory, manifest: &Manifest) -> Result<Spec, String> {
    let mut kept = manifest.imports.clone();
    let text = run.read_text("spec.mtl")?;
    if sha256(text.as_bytes()) != manifest.spec_sha256 {
        let path = run.file("spec.mtl");
        return Err(format!("`{}` is not the spec that was trained: it is damaged or was edited", path.display()));
    }
    kept.insert(manifest.spec.clone(), text);
    let loader = |disk: DiskLoader| Box::new(Overlay { kept: &kept, disk }) as Box<dyn Loader + '_>;
    spec::load_with(
        &manifest.spec,
        &loader,
        &Ask { set: &manifest.set, variant: manifest.variant.as_deref(), levels: &[], kept_facts: false },
    )
}

/// The files that a spec imports, for the run directory.
pub fn imports(sources: &Sources, spec: &Path) -> BTreeMap<PathBuf, String> {
    sources
        .iter()
        .filter_map(|(_, file)| Some((file.path.clone()?, file.text.to_string())))
        .filter(|(path, _)| path != spec && path.extension().is_some_and(|extension| extension == "mtl"))
        .map(|(path, text)| (std::fs::canonicalize(&path).unwrap_or(path), text))
        .collect()
}
