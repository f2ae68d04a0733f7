//! Which files are not to be written over: the rows that a run is asked about, and what it is made of.

use std::path::Path;

use super::kept::Kept;
use super::reads::{Read, read_of_data};
use super::same::same_file;
use crate::data::{Overrides, files};

/// What a file is to a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owned {
    /// One of the files that are given in the place of its data.
    Given,
    /// Data that it was trained on, of this data set.
    Data(String),
    /// Its spec, or what that imports.
    Spec,
    /// Something else that its spec names.
    Read(Read),
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
        if let Some(read) = read_of_data(&self.pipeline, out) {
            return Some(match read {
                Read::Data(name) => Owned::Data(name),
                read => Owned::Read(read),
            });
        }
        let spec = std::iter::once(&self.manifest.spec).chain(self.manifest.imports.keys());
        if spec.into_iter().any(|file| same_file(file, out)) {
            return Some(Owned::Spec);
        }
        self.run.files().iter().any(|file| same_file(file, out)).then_some(Owned::Run)
    }
}
