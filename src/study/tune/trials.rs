//! What was tried: a line per trial in `trials.jsonl`, and in `tune.json` what the folder is a search of. A killed search
//! loses at most the trials under way.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::search::Proposal;
use super::space::Setting;
use crate::project::lock::{self, Lock};
use crate::score::Ordered;
use crate::source;

/// A setting that was trained, and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trial {
    /// In the order of proposal; 0 is the spec as written.
    pub number: usize,
    /// As `--set` takes it.
    #[serde(with = "pairs")]
    pub set: Setting,
    /// The epochs that it could train.
    pub epochs: usize,
    /// The multi-task score of the kept epoch, the mean over folds and seeds; `None` if the trial failed.
    pub score: Option<f64>,
    /// The score of each fold and seed.
    pub scores: Vec<f64>,
    /// The mean of each task's select metric at the kept epochs.
    pub tasks: Ordered<f64>,
    /// The mean of the kept epochs.
    pub kept_epoch: f64,
    /// Of training, all folds and seeds.
    pub seconds: f64,
    /// Why there is no score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<String>,
}

impl Trial {
    /// What tells whether it is the same.
    pub fn key(&self) -> (Setting, usize) {
        (self.set.clone(), self.epochs)
    }

    pub fn is_of(&self, proposal: &Proposal) -> bool {
        self.set == proposal.set && self.epochs == proposal.epochs
    }
}

/// `--set` pairs as a JSON object, in their order.
mod pairs {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::score::Ordered;
    use crate::study::tune::space::Setting;

    pub fn serialize<S: Serializer>(set: &Setting, serializer: S) -> Result<S::Ok, S::Error> {
        set.iter().cloned().collect::<Ordered<String>>().serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Setting, D::Error> {
        let set = Ordered::<String>::deserialize(deserializer)?;
        Ok(set.iter().map(|(name, value)| (name.to_string(), value.clone())).collect())
    }
}

/// What a folder is a search of: everything that a trial's score depends on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchOf {
    pub mtlc_version: String,
    pub spec: String,
    pub spec_sha256: String,
    /// Imported files and their hashes.
    pub imports: BTreeMap<String, String>,
    /// Data files and their hashes.
    pub data: BTreeMap<String, String>,
    #[serde(with = "pairs")]
    pub set: Setting,
    pub variant: Option<String>,
    pub method: String,
    /// What is searched: names, and what they may be.
    pub searched: Ordered<String>,
    /// 0 for validation.
    pub folds: usize,
    /// Of training.
    pub seeds: Vec<u64>,
    pub seed: u64,
    pub split_seed: Option<u64>,
    pub epochs: usize,
    /// How many proposals are made at once by a search that learns; as the first call had it.
    pub width: usize,
}

impl SearchOf {
    /// What another search has different, to complete "it holds a search …"; `None` if trials of one count for the other.
    pub fn difference(&self, kept: &Self) -> Option<String> {
        if self.spec_sha256 != kept.spec_sha256 || self.imports != kept.imports {
            return Some(if self.spec == kept.spec {
                "of the spec as it was before it changed".into()
            } else {
                format!("of another spec, `{}`", kept.spec)
            });
        }
        if self.data != kept.data {
            return Some("on other data: the files have changed".into());
        }
        let settings = |of: &Self| (of.set.clone(), of.variant.clone(), of.searched.clone());
        if settings(self) != settings(kept) {
            return Some("with other `--set`, `--variant` or weights".into());
        }
        if self.method != kept.method {
            return Some(format!("by `--method {}`", kept.method));
        }
        if self.folds != kept.folds || self.seeds.len() != kept.seeds.len() {
            let by = if kept.folds == 0 { "by validation".to_string() } else { format!("by {} folds", kept.folds) };
            return Some(format!("scored {by} over {} seed(s)", kept.seeds.len()));
        }
        if (self.seed, self.split_seed) != (kept.seed, kept.split_seed) || self.seeds != kept.seeds {
            return Some("with another seed".into());
        }
        if self.epochs != kept.epochs {
            return Some(format!("of {} epochs", kept.epochs));
        }
        (self.mtlc_version != kept.mtlc_version).then(|| format!("by mtlc {}", kept.mtlc_version))
    }
}

/// The folder of a search.
pub struct TrialsFile {
    folder: PathBuf,
    /// Two searches in one folder would both append.
    _lock: Lock,
}

impl TrialsFile {
    /// Makes the folder, or goes on with the one that is there; the search is then as the folder has it.
    ///
    /// # Errors
    /// If the folder holds something else, or another process searches in it. Nothing in it is touched.
    pub fn open(folder: &Path, search: SearchOf) -> Result<(Self, SearchOf), String> {
        let manifest = folder.join("tune.json");
        if folder.is_file() {
            return Err(format!("`{}` is a file, and a folder is needed", folder.display()));
        }
        if manifest.exists() {
            let text = std::fs::read_to_string(&manifest)
                .map_err(|error| format!("cannot read `{}`: {error}", manifest.display()))?;
            let kept: SearchOf =
                serde_json::from_str(&text).map_err(|error| format!("`{}` is damaged: {error}", manifest.display()))?;
            return match search.difference(&kept) {
                Some(difference) => {
                    Err(format!("`{}` holds a search {difference}: nothing in it was touched", folder.display()))
                }
                None => Ok((Self { folder: folder.to_path_buf(), _lock: Lock::take(folder)? }, kept)),
            };
        }
        if lock::is_empty(folder).is_ok_and(|empty| !empty) {
            return Err(format!(
                "`{}` is not empty and no folder of a search: nothing in it was touched",
                folder.display()
            ));
        }
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("cannot make the folder `{}`: {error}", folder.display()))?;
        let lock = Lock::take(folder)?;
        let json = serde_json::to_string_pretty(&search).map_err(|error| error.to_string())? + "\n";
        source::replace(&manifest, json.as_bytes())?;
        Ok((Self { folder: folder.to_path_buf(), _lock: lock }, search))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The trials that were kept; a line that was cut off by a kill is none, and is taken out.
    ///
    /// # Errors
    /// In one line.
    pub fn read(&self) -> Result<Vec<Trial>, String> {
        let path = self.path("trials.jsonl");
        let Ok(bytes) = std::fs::read(&path) else { return Ok(Vec::new()) };
        let text = String::from_utf8_lossy(&bytes);
        let parsed: Vec<(&str, Option<Trial>)> =
            text.lines().map(|line| (line, serde_json::from_str(line).ok())).collect();
        let whole = text.is_empty() || text.ends_with('\n');
        if !whole || parsed.iter().any(|(_, trial)| trial.is_none()) {
            let kept: String =
                parsed.iter().filter(|(_, trial)| trial.is_some()).flat_map(|(line, _)| [*line, "\n"]).collect();
            source::replace(&path, kept.as_bytes())?;
        }
        Ok(parsed.into_iter().filter_map(|(_, trial)| trial).collect())
    }

    /// Adds a line.
    ///
    /// # Errors
    /// In one line.
    pub fn append(&self, trial: &Trial) -> Result<(), String> {
        let path = self.path("trials.jsonl");
        let line = serde_json::to_string(trial).map_err(|error| error.to_string())? + "\n";
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(line.as_bytes()))
            .map_err(|error| format!("cannot write `{}`: {error}", path.display()))
    }
}
