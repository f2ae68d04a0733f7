//! Runs followed by [MLflow](https://mlflow.org): parameters, metrics while training goes on, artefacts, and the model as one that MLflow loads.
//!
//! A [`Store`] is a folder as MLflow's file store lays it out, or a tracking server. Which run there is ours is kept in the run directory
//! ([`FILE`]), so that a run that is gone on with goes on there too.

mod folder;
mod model;
mod server;

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::scalars::scalars;
use crate::pipeline::Pipeline;
use crate::source::Cannot;
use crate::train::records::Record;

pub use model::{Served, described};

/// The file of a run directory that says which run of which store is its own.
pub const FILE: &str = "mlflow.json";

/// A run of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// The store: a folder, or an address.
    pub at: String,
    pub experiment: String,
    pub run: String,
    /// Where its artefacts go, as the store says.
    pub artifacts: String,
}

/// Why a store cannot be told of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum NotFollowed {
    Unreachable {
        at: String,
        why: String,
    },
    /// It answered, and not as hoped: with a code of its own, and in words.
    Refused {
        at: String,
        asked: String,
        code: String,
        why: String,
    },
    /// It is neither a folder nor a server that MLflow's interface is spoken with; with what it begins.
    Unknown {
        at: String,
        scheme: String,
    },
    /// A folder is meant, and there is a file.
    IsFile {
        at: String,
    },
    Cannot(Cannot),
}

/// A number of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    pub key: String,
    pub value: f64,
    /// The epoch.
    pub step: usize,
}

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Running = 1,
    Finished = 3,
    Failed = 4,
    /// By a person, who may go on with it.
    Killed = 5,
}

/// A place that keeps runs. Times are milliseconds since 1970.
pub trait Store {
    /// Asks whether it can be had, before anything is done.
    ///
    /// # Errors
    /// If it cannot.
    fn reach(&self) -> Result<(), NotFollowed>;
    /// # Errors
    /// If it cannot be had.
    fn begin(&self, experiment: &str, run: &str, tags: &[(String, String)], now: u64) -> Result<Followed, NotFollowed>;
    /// # Errors
    /// If they cannot be kept.
    fn params(&self, of: &Followed, params: &[(String, String)]) -> Result<(), NotFollowed>;
    /// # Errors
    /// If they cannot be kept.
    fn metrics(&self, of: &Followed, metrics: &[Metric], now: u64) -> Result<(), NotFollowed>;
    /// # Errors
    /// If it cannot be kept.
    fn artifact(&self, of: &Followed, path: &str, bytes: &[u8]) -> Result<(), NotFollowed>;
    /// # Errors
    /// If it cannot be kept.
    fn status(&self, of: &Followed, status: Status, now: u64) -> Result<(), NotFollowed>;
}

/// The store of a folder or of an address (`http://…`, `https://…`, `file:…`).
///
/// # Errors
/// If it is an address of some other sort, or a file.
pub fn store(at: &str) -> Result<Box<dyn Store>, NotFollowed> {
    let scheme = at.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    match scheme.as_deref() {
        Some("http" | "https") => return Ok(Box::new(server::Server::of(at))),
        None | Some("file") => {}
        Some(scheme) => return Err(NotFollowed::Unknown { at: at.into(), scheme: scheme.into() }),
    }
    let path = match scheme {
        Some(_) => at.split_once("://").map_or(at, |(_, path)| path),
        None => at.strip_prefix("file:").unwrap_or(at),
    };
    if Path::new(path).is_file() {
        return Err(NotFollowed::IsFile { at: path.into() });
    }
    Ok(Box::new(folder::Folder(PathBuf::from(path))))
}

/// What is told of a run as its parameters: what the spec says of training and model, and whatever else it does not leave to defaults.
pub fn params(pipeline: &Pipeline, seed: u64, device: &str) -> Vec<(String, String)> {
    /// What MLflow takes.
    const LONGEST: usize = 500;
    /// A command may say them.
    const SAID_BESIDE: [&str; 2] = ["train.epochs", "train.seed"];
    let settings = pipeline.settings.iter().filter(|setting| !setting.is_default || setting.path.starts_with("train."));
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
    let own = settings.map(|setting| (key(&setting.path), cut(&setting.value)));
    let mut all: Vec<(String, String)> = own.filter(|(path, _)| !SAID_BESIDE.contains(&path.as_str())).collect();
    all.push(("train.seed".into(), seed.to_string()));
    all.push(("train.epochs".into(), pipeline.train.epochs.to_string()));
    all.push(("device".into(), device.into()));
    all.sort();
    all.dedup_by(|one, other| one.0 == other.0);
    all
}

/// The numbers of an epoch.
pub fn metrics(records: &[Record]) -> Vec<Metric> {
    let of = |record: &Record| {
        let step = record.epoch();
        scalars(record).into_iter().filter_map(move |(key, value)| {
            Some(Metric { key: self::key(&key), value: value.filter(|value| value.is_finite())?, step })
        })
    };
    records.iter().flat_map(of).collect()
}

/// Letters, digits and the signs that MLflow takes in names; others become `_`. None begins or ends a folder, since names are paths there.
fn key(name: &str) -> String {
    let plain = |sign: char| if sign.is_alphanumeric() || "_-. /".contains(sign) { sign } else { '_' };
    let parts = name.split('/').map(|part| part.chars().map(plain).collect::<String>());
    parts.filter(|part| !part.is_empty() && part != "." && part != "..").collect::<Vec<_>>().join("/")
}

/// Puts a file under a name.
///
/// # Errors
/// If it cannot be read or kept; a file that is not there is passed over.
pub fn put(store: &dyn Store, of: &Followed, file: &Path, name: &str) -> Result<(), NotFollowed> {
    match std::fs::read(file) {
        Ok(bytes) => store.artifact(of, name, &bytes),
        Err(_) => Ok(()),
    }
}

impl fmt::Display for NotFollowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotFollowed::Unreachable { at, why } => write!(f, "the MLflow server at {at} cannot be reached: {why}"),
            NotFollowed::Refused { at, asked, why, .. } => {
                write!(f, "the MLflow server at {at} refuses `{asked}`: {why}")
            }
            NotFollowed::Unknown { at, scheme } => {
                write!(f, "`{at}` is no place for runs of MLflow that is known: it begins with `{scheme}://`")
            }
            NotFollowed::IsFile { at } => {
                write!(f, "`{at}` is a file, and MLflow keeps runs in a folder or on a server")
            }
            NotFollowed::Cannot(cannot) => cannot.fmt(f),
        }
    }
}

impl From<Cannot> for NotFollowed {
    fn from(cannot: Cannot) -> Self {
        NotFollowed::Cannot(cannot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_such_as_are_taken() {
        for (name, taken) in [
            ("species/accuracy/valid", "species/accuracy/valid"),
            ("cosine/trunk/a and b", "cosine/trunk/a and b"),
            ("recall@10", "recall_10"),
            ("/../a//b", "a/b"),
        ] {
            assert_eq!(key(name), taken);
        }
    }
    #[test]
    fn runs_are_kept_in_folders_and_on_servers_alone() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let refused = |at: &str| store(at).err();
        for at in ["ftp://x", "sqlite:///mlflow.db", "S3://bucket/runs"] {
            let scheme = at.split("://").next().unwrap_or_default().to_lowercase();
            assert_eq!(refused(at), Some(NotFollowed::Unknown { at: at.into(), scheme }));
        }
        let at = file.path().display().to_string();
        assert_eq!(refused(&at), Some(NotFollowed::IsFile { at: at.clone() }));
        assert_eq!(refused(&format!("file://{at}")), Some(NotFollowed::IsFile { at }));
        for at in ["mlruns", "file:mlruns", "file:///tmp/mlruns", "http://127.0.0.1:5000", "https://mlflow.example"] {
            assert_eq!(refused(at), None, "{at}");
        }
    }
}
