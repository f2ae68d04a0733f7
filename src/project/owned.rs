//! Which files are not to be written over: the rows that a run is asked about, and what it is made of.

use std::path::{Path, PathBuf};

use super::kept::Kept;
use crate::data::{Overrides, files};
use crate::pipeline::{DataSet, SplitMethod};

/// What a file is to a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owned {
    /// One of the files that are given in the place of its data.
    Given,
    /// Data that it was trained on, of this data set.
    Data(String),
    /// Its spec, or what that imports.
    Spec,
    /// A file in its directory.
    Run,
}

impl Kept {
    /// What a file is to this run, in whatever way it is named.
    pub fn owns(&self, out: &Path, overrides: &Overrides) -> Option<Owned> {
        let given = overrides.files.iter().flat_map(|(data, given)| given.iter().map(move |path| (path, *data)));
        for (path, other) in given {
            let format = overrides.formats.get(&other).unwrap_or(&self.pipeline.data[other].format);
            // What cannot be listed is said when it is read.
            let read = files::expand(Path::new(""), &path.to_string_lossy(), format).unwrap_or_default();
            if read.iter().any(|read| same_file(read, out)) {
                return Some(Owned::Given);
            }
        }
        for ((data, join), given) in &overrides.joined {
            let own = &self.pipeline.data[*data].joins[*join].table.format;
            let format = overrides.joined_formats.get(&(*data, *join)).unwrap_or(own);
            let mut read = given
                .iter()
                .flat_map(|path| files::expand(Path::new(""), &path.to_string_lossy(), format).unwrap_or_default());
            if read.any(|read| same_file(&read, out)) {
                return Some(Owned::Given);
            }
        }
        let folder = &self.pipeline.folder;
        let joined = |set: &'_ DataSet| set.joins.iter().map(|join| join.table.clone()).collect::<Vec<_>>();
        let joined: Vec<DataSet> = self.pipeline.data.iter().flat_map(joined).collect();
        for set in self.pipeline.data.iter().chain(&joined) {
            let mut paths = set.format.paths();
            if let SplitMethod::Files { valid, test } = &set.split.method {
                paths.extend(valid.iter().chain(test).map(String::as_str));
            }
            let read = paths.iter().flat_map(|path| files::expand(folder, path, &set.format).unwrap_or_default());
            if read.into_iter().any(|read| same_file(&read, out)) {
                return Some(Owned::Data(set.name.clone()));
            }
        }
        let spec = std::iter::once(&self.manifest.spec).chain(self.manifest.imports.keys());
        if spec.into_iter().any(|file| same_file(file, out)) {
            return Some(Owned::Spec);
        }
        self.run.files().iter().any(|file| same_file(file, out)).then_some(Owned::Run)
    }
}

/// Whether two paths lead to one file, by links of whatever kind or none. A file that is not there yet is compared by the
/// place where it would be.
fn same_file(one: &Path, other: &Path) -> bool {
    match (identity(one), identity(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => place(one).is_some_and(|one| Some(one) == place(other)),
        _ => false,
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(path).ok()
}

/// Where a file would be: its folder without links, and its name.
fn place(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(std::fs::canonicalize(folder).ok()?.join(path.file_name()?))
}
