//! Which files a command reads of a spec, and so does not write over: its texts, and the files that these name.

use std::fmt;
use std::path::Path;

use super::same::same_file;
use super::spec::Spec;
use crate::check::facts::FactsFile;
use crate::pipeline::Pipeline;

/// What a file is to a spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// The spec itself.
    Spec,
    /// A text that it imports, or that says how it is checked.
    Import,
    /// What `check --write-facts` kept of its data.
    Facts,
    /// A file of this data set, or of a table that it joins.
    Data(String),
    /// A file that it names besides its data, by the name that it has there: a tokenizer, vectors, a pretrained model.
    Named(String),
}

/// What a file is to a spec that has been read, in whatever way it is named.
pub fn read_by(spec: &Spec, pipeline: Option<&Pipeline>, path: &Path) -> Option<Read> {
    let own = spec.sources.get(spec.file).path.as_deref();
    for of_spec in spec.sources.iter().filter_map(|(_, file)| file.path.as_deref()) {
        if same_file(of_spec, path) {
            return Some(if Some(of_spec) == own { Read::Spec } else { Read::Import });
        }
    }
    if own.is_some_and(|own| same_file(&FactsFile::path_of(own), path)) {
        return Some(Read::Facts);
    }
    read_of_data(pipeline?, path)
}

/// The same of the files that a pipeline names.
#[cfg(feature = "data")]
pub fn read_of_data(pipeline: &Pipeline, path: &Path) -> Option<Read> {
    use crate::data::{files, named_paths};
    use crate::pipeline::{DataSet, SplitMethod};

    let is_of = |set: &DataSet| {
        let mut paths = set.format.paths();
        if let SplitMethod::Files { valid, test } = &set.split.method {
            paths.extend(valid.iter().chain(test).map(String::as_str));
        }
        // What cannot be listed is said when it is read.
        let mut read =
            paths.iter().flat_map(|named| files::expand(&pipeline.folder, named, &set.format).unwrap_or_default());
        read.any(|read| same_file(&read, path))
    };
    for set in &pipeline.data {
        if is_of(set) || set.joins.iter().any(|join| is_of(&join.table)) {
            return Some(Read::Data(set.name.clone()));
        }
    }
    named_paths(pipeline).into_iter().find(|(_, named)| same_file(named, path)).map(|(name, _)| Read::Named(name))
}

/// Without the libraries that read data, patterns and folders are not looked into.
#[cfg(not(feature = "data"))]
pub fn read_of_data(pipeline: &Pipeline, path: &Path) -> Option<Read> {
    let of = |named: &str| same_file(&pipeline.folder.join(named), path);
    let set = pipeline.data.iter().find(|set| set.format.paths().into_iter().any(of));
    set.map(|set| Read::Data(set.name.clone()))
}

/// To complete "it is …".
impl fmt::Display for Read {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Read::Spec => f.write_str("the spec itself"),
            Read::Import => f.write_str("a file that the spec imports"),
            Read::Facts => f.write_str("what was kept of the spec's data"),
            Read::Data(name) => write!(f, "data of the spec (`{name}`)"),
            Read::Named(name) => write!(f, "a file that the spec names (`{name}`)"),
        }
    }
}
