//! What a run is of, and by which hash one is told from another.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::directory::now;
use super::spec::{Given, Spec};
use crate::data::{self, Tables, sha256};
use crate::pipeline::Pipeline;

pub use super::listed::VERSION;

/// What a run is of: enough to check, resume, evaluate and predict.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Manifest {
    /// Grows when a field changes its meaning.
    pub version: u32,
    pub mtlc_version: String,
    pub name: String,
    /// Where the spec lay; data paths are relative to its folder.
    pub spec: PathBuf,
    /// The files that the spec imports, as they were: path to text.
    pub imports: BTreeMap<PathBuf, String>,
    /// `--set`, in order.
    pub set: Vec<(String, String)>,
    pub variant: Option<String>,
    pub seed: u64,
    pub split_seed: Option<u64>,
    pub epochs: usize,
    pub device: String,
    pub no_pass: Vec<String>,
    /// The data set of each file that was read, with its hash.
    pub data: BTreeMap<String, String>,
    /// Files that the spec names besides its data, with the hash of each: tokenizers, vectors, pretrained models.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
    pub spec_sha256: String,
    pub identity: String,
    /// In UTC.
    pub started: String,
    /// The one task that was trained, of a baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alone: Option<String>,
    /// What a person should know of how the run was made, one line each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Manifest {
    /// Of a spec as it was read, and trained as this pipeline says.
    pub fn of(spec: &Spec, path: &Path, pipeline: &Pipeline) -> Self {
        Self {
            version: VERSION,
            mtlc_version: env!("CARGO_PKG_VERSION").into(),
            name: pipeline.name.clone(),
            spec: std::fs::canonicalize(path).unwrap_or(path.to_path_buf()),
            imports: spec.imports(),
            seed: pipeline.train.seed,
            epochs: pipeline.train.epochs,
            spec_sha256: sha256(spec.text().as_bytes()),
            started: now(),
            ..Self::default()
        }
    }

    /// What all processes of one training must have alike, each with a hash of it.
    #[cfg(feature = "run")]
    pub fn parts(&self) -> Vec<(String, String)> {
        let spec = [("spec".to_string(), self.spec_sha256.clone())];
        let imports =
            self.imports.iter().map(|(path, text)| (format!("import `{}`", path.display()), sha256(text.as_bytes())));
        let files = self.data.iter().chain(&self.files).map(|(name, hash)| (format!("file `{name}`"), hash.clone()));
        let settings = format!("{:?}", (&self.set, &self.variant, self.epochs, &self.device, &self.identity));
        let rest = [("command line".to_string(), sha256(settings.as_bytes()))];
        spec.into_iter().chain(imports).chain(files).chain(rest).collect()
    }

    /// The same where the spec, and what it imports, lies elsewhere.
    pub(super) fn moved(&self, place: impl Fn(&Path) -> PathBuf) -> Self {
        let imports = self.imports.iter().map(|(path, text)| (place(path), text.clone())).collect();
        Self { spec: place(&self.spec), imports, ..self.clone() }
    }

    /// Says of which data it is, and with that its identity. Not for how long it trains: a run may go on.
    #[cfg(feature = "run")]
    pub(super) fn identify(&mut self, pipeline: &Pipeline, tables: &Tables) {
        self.data = hashes(tables);
        let settings: String =
            pipeline.settings.iter().map(|setting| format!("{}={}\n", setting.path, setting.value)).collect();
        self.files = data::named_files(pipeline);
        let what = (&self.spec_sha256, &self.imports, &self.data, &self.files, settings, &self.no_pass);
        let rest = (self.seed, self.split_seed, env!("CARGO_PKG_VERSION"));
        self.identity = sha256(format!("{what:?}{rest:?}").as_bytes());
    }
}

/// The hash of each file that was read.
pub fn hashes(tables: &Tables) -> BTreeMap<String, String> {
    let files = tables.sets.iter().flat_map(data::Table::all_files);
    files.map(|file| (file.name.clone(), file.sha256.clone())).collect()
}

/// A hash of what the command line and the files say of a spec that is compared with others: all that a training depends on but
/// data and seeds.
pub fn of_contender(spec: &Spec, given: &Given<'_>, pipeline: &Pipeline) -> String {
    let imports: Vec<String> = spec.imports().into_values().collect();
    sha256(format!("{:?}", (spec.text(), imports, given.set, given.variant, &pipeline.name)).as_bytes())
}
