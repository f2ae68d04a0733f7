//! A run directory: what a run is of, what it has learned, what it found.
//!
//! Every file is written beside and renamed, but `metrics.jsonl`, which grows by whole lines. Who writes in it holds its
//! lock.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Serialize, de::DeserializeOwned};

use super::lock::{self, Lock, NotLocked};
use super::manifest::{Manifest, VERSION};
use super::not_a_run::NotARun;
use super::pack::{self, NotOpened};
use crate::catalog::dates::civil;
use crate::data::Fitted;
use crate::score::judge::Thresholds;
use crate::source::{self, Cannot, Wanted, point, pointed};

/// The name of the last run, in the folder of all runs of a spec.
const LATEST: &str = "latest";

/// What a run may write into its directory, beside events for TensorBoard and tokenizers.
const FILES: [&str; 15] = [
    lock::FILE,
    "checkpoint.safetensors",
    "defaults.json",
    "last.safetensors",
    "metrics.jsonl",
    "mlflow.json",
    "model.safetensors",
    "preprocessing.json",
    "report.html",
    "report.json",
    "run.json",
    "seeds-of.json",
    "seeds.json",
    "spec.mtl",
    Thresholds::FILE,
];

/// The folder of a run.
pub struct RunDirectory {
    pub path: PathBuf,
    /// The pack that it was opened from; then nobody writes.
    pub pack: Option<PathBuf>,
    /// Held by who writes.
    lock: Option<Lock>,
    /// Whether another process of the same training writes in it, and this one does not.
    beside: bool,
}

/// Why a run directory cannot be had, or a file in it.
#[derive(Debug)]
pub enum NoRun {
    NotARun(NotARun),
    /// A new run wants a folder, and there is a file.
    IsFile(PathBuf),
    /// A new run wants an empty folder.
    NotEmpty(PathBuf),
    /// Its `run.json` does not say what the run is of.
    SaysNothing(PathBuf),
    /// A file of it holds something else than it should.
    Damaged(PathBuf, serde_json::Error),
    /// It was made by this later version.
    Newer(PathBuf, String),
    NotLocked(NotLocked),
    /// It is a pack, and somebody would write into it.
    IsPack(PathBuf),
    NotOpened(NotOpened),
    Cannot(Cannot),
}

impl RunDirectory {
    /// Makes a new, empty run directory, and locks it.
    ///
    /// # Errors
    /// If there is something already, another process is quicker, or the folder cannot be made.
    pub fn create(path: &Path) -> Result<Self, NoRun> {
        Self::free(path)?;
        std::fs::create_dir_all(path).map_err(Cannot::of(Wanted::Make, path))?;
        let lock = Lock::take(path)?;
        // Another process may have been and gone in between.
        Self::free(path)?;
        Ok(Self { path: path.to_path_buf(), pack: None, lock: Some(lock), beside: false })
    }

    /// Makes a new run directory at `path`, or at `path-2` and so on if there is something: of several processes that ask
    /// at once, each gets one of its own.
    ///
    /// # Errors
    /// If no folder can be made there.
    pub fn create_numbered(path: &Path) -> Result<Self, NoRun> {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(Cannot::of(Wanted::Make, parent))?;
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut count = 1usize;
        loop {
            let candidate =
                if count == 1 { path.to_path_buf() } else { path.with_file_name(format!("{name}-{count}")) };
            // Only one process can be the one that makes it.
            match std::fs::create_dir(&candidate) {
                Ok(()) => {
                    let lock = Some(Lock::take(&candidate)?);
                    return Ok(Self { lock, pack: None, path: candidate, beside: false });
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(Cannot::of(Wanted::Make, &candidate)(error).into()),
            }
            count += 1;
        }
    }

    /// The directory of a training in which another process writes: what is written here goes nowhere.
    pub fn beside(path: &Path) -> Self {
        Self { path: path.to_path_buf(), pack: None, lock: None, beside: true }
    }

    /// Whether this process writes in it.
    pub fn writes(&self) -> bool {
        !self.beside
    }

    /// Locks an open directory, to write in it.
    ///
    /// # Errors
    /// If another process writes in it, or it is a pack.
    pub fn lock(&mut self) -> Result<(), NoRun> {
        if let Some(pack) = &self.pack {
            return Err(NoRun::IsPack(pack.clone()));
        }
        if self.lock.is_none() && self.writes() {
            self.lock = Some(Lock::take(&self.path)?);
        }
        Ok(())
    }

    /// Whether a run directory can be made here.
    ///
    /// # Errors
    /// If there is something already.
    pub fn free(path: &Path) -> Result<(), NoRun> {
        if path.is_file() {
            return Err(NoRun::IsFile(path.to_path_buf()));
        }
        if lock::is_empty(path).is_ok_and(|empty| !empty) {
            return Err(NoRun::NotEmpty(path.to_path_buf()));
        }
        Ok(())
    }

    /// Opens the directory of a run, or a [pack](super::pack) of one.
    ///
    /// # Errors
    /// If it is none.
    pub fn open(path: &Path) -> Result<(Self, Manifest), NoRun> {
        if pack::is_one(path) {
            let opened = pack::open(path)?;
            let run = Self { path: opened.clone(), pack: Some(path.to_path_buf()), lock: None, beside: false };
            let manifest = run.manifest()?;
            return Ok((run, pack::placed(&manifest, &opened)));
        }
        Self::of_folder(&pointed(path))
    }

    fn of_folder(path: &Path) -> Result<(Self, Manifest), NoRun> {
        let run = Self { path: path.to_path_buf(), pack: None, lock: None, beside: false };
        if !path.is_dir() || !run.file("run.json").exists() {
            return Err(NoRun::NotARun(NotARun::of(path)));
        }
        let manifest = run.manifest()?;
        Ok((run, manifest))
    }

    /// What the run is of.
    fn manifest(&self) -> Result<Manifest, NoRun> {
        let manifest: Manifest = self.read("run.json")?;
        match manifest.version {
            VERSION if !manifest.spec.as_os_str().is_empty() => Ok(manifest),
            0 | VERSION => Err(match &self.pack {
                Some(pack) => NotOpened::damaged(pack, "its `run.json` does not say what the run is of").into(),
                None => NoRun::SaysNothing(self.file("run.json")),
            }),
            _ => {
                let named = self.pack.as_ref().unwrap_or(&self.path);
                Err(NoRun::Newer(named.clone(), manifest.mtlc_version))
            }
        }
    }

    /// Where it is, and its lock.
    pub fn into_parts(self) -> (PathBuf, Option<Lock>) {
        (self.path, self.lock)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The files that a run is made of, whether or not they are there; all others in its folder are a person's own.
    pub fn files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.path).into_iter().flatten().flatten();
        let of_run = |name: &str| {
            name.starts_with("events.out.tfevents.") || (name.starts_with("tokenizer.") && name.ends_with(".json"))
        };
        let events = entries
            .map(|entry| entry.path())
            .filter(|path| path.file_name().is_some_and(|name| of_run(&name.to_string_lossy())));
        FILES.iter().map(|name| self.file(name)).chain(events).chain(self.pack.clone()).collect()
    }

    /// Whether it has everything: the checkpoint goes last.
    pub fn is_finished(&self) -> bool {
        !self.checkpoint().exists() && self.model().exists() && self.file("report.json").exists()
    }

    pub fn checkpoint(&self) -> PathBuf {
        self.file("checkpoint.safetensors")
    }

    /// Where the training of a finished run stood at its end.
    pub fn last(&self) -> PathBuf {
        self.file("last.safetensors")
    }

    pub fn model(&self) -> PathBuf {
        self.file("model.safetensors")
    }

    /// # Errors
    /// In one line.
    pub fn write_text(&self, name: &str, text: &str) -> Result<(), NoRun> {
        if self.beside {
            return Ok(());
        }
        Ok(source::replace(&self.file(name), text.as_bytes())?)
    }

    /// Writes what preparation has learnt; tokenizers once more, as other programs read them.
    ///
    /// # Errors
    /// In one line.
    pub fn write_fitted(&self, fitted: &Fitted) -> Result<(), NoRun> {
        for (name, text) in fitted.tokenizers() {
            self.write_text(&name, &(text + "\n"))?;
        }
        self.write("preprocessing.json", fitted)
    }

    /// Writes a value as JSON.
    ///
    /// # Errors
    /// In one line.
    pub fn write(&self, name: &str, value: &impl Serialize) -> Result<(), NoRun> {
        let text = serde_json::to_string_pretty(value).map_err(Cannot::of(Wanted::Write, &self.file(name)))?;
        self.write_text(name, &(text + "\n"))
    }

    /// # Errors
    /// In one line.
    pub fn read_text(&self, name: &str) -> Result<String, NoRun> {
        let path = self.file(name);
        std::fs::read_to_string(&path).map_err(|error| match &self.pack {
            // Where in the cache it was looked for says nothing to who has the pack.
            Some(pack) if error.kind() == ErrorKind::NotFound => {
                NotOpened::damaged(pack, format!("`{name}` is missing")).into()
            }
            Some(pack) => NotOpened::damaged(pack, format!("its `{name}` cannot be read ({error})")).into(),
            None => Cannot::of(Wanted::Read, &path)(error).into(),
        })
    }

    /// Reads a value from JSON.
    ///
    /// # Errors
    /// In one line.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Result<T, NoRun> {
        serde_json::from_str(&self.read_text(name)?).map_err(|error| match &self.pack {
            Some(pack) => {
                NotOpened::damaged(pack, format!("its `{name}` holds something else than it should ({error})")).into()
            }
            None => NoRun::Damaged(self.file(name), error),
        })
    }
}

impl fmt::Display for NoRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoRun::NotARun(not_a_run) => not_a_run.fmt(f),
            NoRun::IsFile(path) => write!(f, "`{}` is a file, and a folder is needed", path.display()),
            NoRun::NotEmpty(path) => {
                write!(f, "`{}` exists and is not empty: nothing in it was touched", path.display())
            }
            NoRun::SaysNothing(path) => {
                write!(f, "`{}` is damaged: it does not say what the run is of", path.display())
            }
            NoRun::Damaged(path, error) => write!(f, "`{}` is damaged: {error}", path.display()),
            NoRun::Newer(path, version) => {
                write!(f, "`{}` was made by mtlc {version}, which is newer than this one", path.display())
            }
            NoRun::NotLocked(not_locked) => not_locked.fmt(f),
            NoRun::IsPack(path) => {
                write!(
                    f,
                    "`{}` is a pack, into which nothing is written: its model is asked, and not trained on",
                    path.display()
                )
            }
            NoRun::NotOpened(not_opened) => not_opened.fmt(f),
            NoRun::Cannot(cannot) => cannot.fmt(f),
        }
    }
}

impl From<Cannot> for NoRun {
    fn from(cannot: Cannot) -> Self {
        NoRun::Cannot(cannot)
    }
}

impl From<NotOpened> for NoRun {
    fn from(not_opened: NotOpened) -> Self {
        NoRun::NotOpened(not_opened)
    }
}

impl From<NotLocked> for NoRun {
    fn from(not_locked: NotLocked) -> Self {
        NoRun::NotLocked(not_locked)
    }
}

/// For what says its errors in one line.
impl From<NoRun> for String {
    fn from(no_run: NoRun) -> Self {
        no_run.to_string()
    }
}

/// Lets `latest` beside a folder in `runs/NAME` name it. It is a convenience, and no run fails for want of it.
pub fn name_latest(run: &Path) {
    let folder = run.parent().unwrap_or(Path::new(""));
    let of_runs = folder.parent().and_then(Path::file_name).is_some_and(|name| name == "runs");
    if let (true, Some(name)) = (of_runs, run.file_name()) {
        let _ = point(&folder.join(LATEST), &name.to_string_lossy());
    }
}

/// The time as `2026-01-31T12:00:00Z`.
pub fn now() -> String {
    let seconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| i64::try_from(elapsed.as_secs()).unwrap_or(0));
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(civil(20_781), (2026, 11, 24));
    }
}
