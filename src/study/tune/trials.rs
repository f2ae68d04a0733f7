//! What was tried: a line per trial in `trials.jsonl`, and in `tune.json` what the folder is a search of. A killed search
//! loses at most the trials under way.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::search::Proposal;
use super::space::Setting;
use crate::project::lock::{self, Lock, NotLocked};
use crate::score::Ordered;
use crate::source::{self, Cannot, Wanted};

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
    /// What another search has different; `None` if trials of one count for the other.
    pub fn difference(&self, kept: &Self) -> Option<Difference> {
        if self.spec_sha256 != kept.spec_sha256 || self.imports != kept.imports {
            return Some(if self.spec == kept.spec {
                Difference::Changed
            } else {
                Difference::Spec(kept.spec.to_string())
            });
        }
        if self.data != kept.data {
            return Some(Difference::Data);
        }
        let settings = |of: &Self| (of.set.clone(), of.variant.clone(), of.searched.clone());
        if settings(self) != settings(kept) {
            return Some(Difference::Settings);
        }
        if self.method != kept.method {
            return Some(Difference::Method(kept.method.clone()));
        }
        if self.folds != kept.folds || self.seeds.len() != kept.seeds.len() {
            return Some(Difference::Scored { folds: kept.folds, seeds: kept.seeds.len() });
        }
        if (self.seed, self.split_seed) != (kept.seed, kept.split_seed) || self.seeds != kept.seeds {
            return Some(Difference::Seed);
        }
        if self.epochs != kept.epochs {
            return Some(Difference::Epochs(kept.epochs));
        }
        (self.mtlc_version != kept.mtlc_version).then(|| Difference::Version(kept.mtlc_version.clone()))
    }
}

/// What a folder is a search of that another search is not; to complete "it holds a search …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The spec, by its text.
    Changed,
    /// The spec, by its path.
    Spec(String),
    Data,
    Settings,
    Method(String),
    Scored {
        folds: usize,
        seeds: usize,
    },
    Seed,
    Epochs(usize),
    Version(String),
}

/// Why a folder is not that of a search.
#[derive(Debug)]
pub enum NoSearch {
    IsFile(PathBuf),
    /// It holds something else.
    Foreign(PathBuf),
    /// It holds another search.
    Another(PathBuf, Difference),
    /// What it is a search of cannot be read, and what the library says.
    Damaged(PathBuf, serde_json::Error),
    /// Another process searches in it.
    NotLocked(NotLocked),
    Cannot(Cannot),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Changed => f.write_str("of the spec as it was before it changed"),
            Difference::Spec(spec) => write!(f, "of another spec, `{spec}`"),
            Difference::Data => f.write_str("on other data: the files have changed"),
            Difference::Settings => f.write_str("with other `--set`, `--variant` or weights"),
            Difference::Method(method) => write!(f, "by `--method {method}`"),
            Difference::Scored { folds: 0, seeds } => write!(f, "scored by validation over {seeds} seed(s)"),
            Difference::Scored { folds, seeds } => write!(f, "scored by {folds} folds over {seeds} seed(s)"),
            Difference::Seed => f.write_str("with another seed"),
            Difference::Epochs(epochs) => write!(f, "of {epochs} epochs"),
            Difference::Version(version) => write!(f, "by mtlc {version}"),
        }
    }
}

impl fmt::Display for NoSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoSearch::IsFile(path) => write!(f, "`{}` is a file, and a folder is needed", path.display()),
            NoSearch::Foreign(folder) => {
                let folder = folder.display();
                write!(f, "`{folder}` is not empty and no folder of a search: nothing in it was touched")
            }
            NoSearch::Another(folder, difference) => {
                write!(f, "`{}` holds a search {difference}: nothing in it was touched", folder.display())
            }
            NoSearch::Damaged(file, error) => write!(f, "`{}` is damaged: {error}", file.display()),
            NoSearch::NotLocked(not_locked) => not_locked.fmt(f),
            NoSearch::Cannot(cannot) => cannot.fmt(f),
        }
    }
}

impl std::error::Error for NoSearch {}

impl From<NotLocked> for NoSearch {
    fn from(not_locked: NotLocked) -> Self {
        NoSearch::NotLocked(not_locked)
    }
}

impl From<Cannot> for NoSearch {
    fn from(cannot: Cannot) -> Self {
        NoSearch::Cannot(cannot)
    }
}

/// The folder of a search.
pub struct TrialsFile {
    folder: PathBuf,
    /// Two searches in one folder would both append. Of the process that writes for all.
    _lock: Option<Lock>,
}

impl TrialsFile {
    /// Makes the folder, or goes on with the one that is there; the search is then as the folder has it.
    ///
    /// # Errors
    /// If the folder holds something else, or another process searches in it. Nothing in it is touched.
    pub fn open(folder: &Path, search: SearchOf) -> Result<(Self, SearchOf), NoSearch> {
        let manifest = folder.join("tune.json");
        if folder.is_file() {
            return Err(NoSearch::IsFile(folder.to_path_buf()));
        }
        if manifest.exists() {
            let text = std::fs::read_to_string(&manifest).map_err(Cannot::of(Wanted::Read, &manifest))?;
            let kept: SearchOf =
                serde_json::from_str(&text).map_err(|error| NoSearch::Damaged(manifest.clone(), error))?;
            return match search.difference(&kept) {
                Some(difference) => Err(NoSearch::Another(folder.to_path_buf(), difference)),
                None => Ok((Self { folder: folder.to_path_buf(), _lock: Some(Lock::take(folder)?) }, kept)),
            };
        }
        if lock::is_empty(folder).is_ok_and(|empty| !empty) {
            return Err(NoSearch::Foreign(folder.to_path_buf()));
        }
        std::fs::create_dir_all(folder).map_err(Cannot::of(Wanted::Make, folder))?;
        let lock = Lock::take(folder)?;
        let json = serde_json::to_string_pretty(&search).map_err(Cannot::of(Wanted::Write, &manifest))? + "\n";
        source::replace(&manifest, json.as_bytes())?;
        Ok((Self { folder: folder.to_path_buf(), _lock: Some(lock) }, search))
    }

    /// The folder of a search in which another process writes.
    pub fn beside(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), _lock: None }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The trials that were kept; a line that was cut off by a kill is none, and is taken out.
    ///
    /// # Errors
    /// If what was cut off cannot be taken out.
    pub fn read(&self) -> Result<Vec<Trial>, Cannot> {
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
    /// If it cannot be written.
    pub fn append(&self, trial: &Trial) -> Result<(), Cannot> {
        let path = self.path("trials.jsonl");
        let line = serde_json::to_string(trial).map_err(Cannot::of(Wanted::Write, &path))? + "\n";
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(line.as_bytes()))
            .map_err(Cannot::of(Wanted::Write, &path))
    }
}
