//! Finished trainings in a folder, so that a comparison that was interrupted goes on, and a larger one trains only what
//! is new. A file is found by what its training depends on: another spec, table, seed or version is another training.
//!
//! A file is one safetensors, which other programs read too: for task number `i`, `i.predictions`, `i.labels` and `i.rows`
//! (the row of the data set), and in the metadata `trial` (the figures) and `forms` (what the numbers are), as JSON. One that
//! diverged has no tensors, and `diverged` in the metadata: trained again, it would diverge again.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use super::answers::{Form, Kept as KeptColumn, Numbers};
use super::trial::Trial;
use super::{Job, Kind};
use crate::project::lock::{self, Lock, NotLocked};
use crate::source::{self, Cannot, Wanted};
use crate::train::fit::Failure;

/// Below the folder of a comparison.
const TRAININGS: &str = "trainings";
/// Below it, run directories of the trained models, where they are wanted.
const RUNS: &str = "runs";

/// Keeps trainings.
pub struct Store {
    folder: PathBuf,
    /// Files of this call: none of them is of something that has changed.
    used: RefCell<HashSet<PathBuf>>,
    /// Of the process that has it for all.
    _lock: Option<Lock>,
}

/// What was kept of a training.
pub enum Kept {
    Trained(Box<Trial>),
    /// A [`Failure::Diverged`].
    Diverged(Failure),
}

#[derive(Serialize, Deserialize)]
struct Diverged {
    task: String,
    epoch: usize,
    step: u64,
}

/// Why a folder cannot be had.
#[derive(Debug)]
pub enum NoStore {
    /// Another process writes in it, or nothing can be written.
    Busy(NotLocked),
    IsFile(PathBuf),
    /// It holds something else.
    Foreign(PathBuf),
    Cannot(Cannot),
}

impl fmt::Display for NoStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoStore::Busy(not_locked) => not_locked.fmt(f),
            NoStore::IsFile(path) => write!(f, "`{}` is a file, and a folder is needed", path.display()),
            NoStore::Foreign(folder) => {
                let folder = folder.display();
                write!(f, "`{folder}` is not empty and no folder of a comparison: nothing in it was touched")
            }
            NoStore::Cannot(cannot) => cannot.fmt(f),
        }
    }
}

impl std::error::Error for NoStore {}

impl Store {
    /// Makes the folder, or goes on with the one that is there.
    ///
    /// # Errors
    /// If the folder holds something else, or another process has it. Nothing in it is touched.
    pub fn open(folder: &Path) -> Result<Store, NoStore> {
        if folder.is_file() {
            return Err(NoStore::IsFile(folder.to_path_buf()));
        }
        let foreign = !folder.join(TRAININGS).is_dir() && lock::is_empty(folder).is_ok_and(|empty| !empty);
        if foreign {
            return Err(NoStore::Foreign(folder.to_path_buf()));
        }
        let make = |folder: &Path| {
            std::fs::create_dir_all(folder).map_err(Cannot::of(Wanted::Make, folder)).map_err(NoStore::Cannot)
        };
        make(folder)?;
        let lock = Lock::take(folder).map_err(NoStore::Busy)?;
        make(&folder.join(TRAININGS))?;
        Ok(Store { folder: folder.to_path_buf(), used: RefCell::default(), _lock: Some(lock) })
    }

    /// The folder that another process of the same comparison has opened: each training is kept by who has trained it.
    pub fn beside(folder: &Path) -> Store {
        Store { folder: folder.to_path_buf(), used: RefCell::default(), _lock: None }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What was kept of a training; a file that cannot be read is none.
    pub fn get(&self, job: &Job<'_>, key: &str) -> Option<Kept> {
        let bytes = std::fs::read(self.file(job, key)).ok()?;
        let (_, header) = SafeTensors::read_metadata(&bytes).ok()?;
        let metadata = header.metadata().clone()?;
        if metadata.get("key").is_none_or(|kept| kept != key) {
            return None;
        }
        if let Some(diverged) = metadata.get("diverged") {
            let Diverged { task, epoch, step } = serde_json::from_str(diverged).ok()?;
            self.used.borrow_mut().insert(self.file(job, key));
            return Some(Kept::Diverged(Failure::Diverged { task, epoch, step }));
        }
        let mut trial: Trial = serde_json::from_str(metadata.get("trial")?).ok()?;
        let forms: Vec<Form> = serde_json::from_str(metadata.get("forms")?).ok()?;
        let tensors = SafeTensors::deserialize(&bytes).ok()?;
        let numbers = |name: String| -> Option<Vec<[u8; 8]>> {
            Some(tensors.tensor(&name).ok()?.data().as_chunks::<8>().0.to_vec())
        };
        let column = |name: String| -> Option<KeptColumn> {
            let tensor = tensors.tensor(&name).ok()?;
            Some(match tensor.dtype() {
                Dtype::U8 => KeptColumn::Bytes(tensor.data().to_vec()),
                _ => KeptColumn::Numbers(numbers(name)?.into_iter().map(f64::from_le_bytes).collect()),
            })
        };
        let names: Vec<String> = trial.tasks.names().map(str::to_string).collect();
        if names.len() != forms.len() {
            return None;
        }
        for (place, (name, form)) in names.into_iter().zip(forms).enumerate() {
            let kept = Numbers {
                form,
                rows: numbers(format!("{place}.rows"))?.into_iter().map(i64::from_le_bytes).collect(),
                predictions: column(format!("{place}.predictions"))?,
                labels: column(format!("{place}.labels"))?,
            };
            trial.tasks.get_mut(&name)?.answers = kept.answers()?;
        }
        self.used.borrow_mut().insert(self.file(job, key));
        Some(Kept::Trained(Box::new(trial)))
    }

    /// Keeps a training. One of the same name that depends on something else, as the spec before it changed, goes.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn put(&self, job: &Job<'_>, key: &str, trial: &Trial) -> Result<(), Cannot> {
        let (mut arrays, mut forms) = (Vec::new(), Vec::new());
        for (place, (_, task)) in trial.tasks.iter().enumerate() {
            let Numbers { form, rows, predictions, labels } = task.answers.numbers();
            let count = rows.len();
            let tensor = |name: String, kept: KeptColumn, width: usize| match kept {
                KeptColumn::Numbers(values) => {
                    let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
                    (name, Dtype::F64, vec![count, width], bytes)
                }
                KeptColumn::Bytes(bytes) => (name, Dtype::U8, vec![bytes.len()], bytes),
            };
            let indices = rows.iter().flat_map(|row| row.to_le_bytes()).collect::<Vec<u8>>();
            arrays.push((format!("{place}.rows"), Dtype::I64, vec![count], indices));
            arrays.push(tensor(format!("{place}.predictions"), predictions, form.width));
            arrays.push(tensor(format!("{place}.labels"), labels, form.label_width));
            forms.push(form);
        }
        let views = arrays
            .iter()
            .map(|(name, kind, shape, bytes)| {
                TensorView::new(*kind, shape.clone(), bytes).map(|view| (name.clone(), view))
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| self.cannot_write(job, key, error))?;
        let json = |value: Result<String, serde_json::Error>| value.map_err(|error| self.cannot_write(job, key, error));
        let metadata = [
            ("trial".to_string(), json(serde_json::to_string(trial))?),
            ("forms".to_string(), json(serde_json::to_string(&forms))?),
        ];
        self.write(job, key, views, metadata)
    }

    /// Keeps that a training came to nothing, whatever it came to before.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn put_failed(&self, job: &Job<'_>, key: &str, failure: &Failure) -> Result<(), Cannot> {
        // What could not be read or written may be mended meanwhile.
        let Failure::Diverged { task, epoch, step } = failure else { return Ok(()) };
        let diverged = Diverged { task: task.clone(), epoch: *epoch, step: *step };
        let diverged = serde_json::to_string(&diverged).map_err(|error| self.cannot_write(job, key, error))?;
        self.write(job, key, Vec::new(), [("diverged".to_string(), diverged)])
    }

    fn cannot_write(&self, job: &Job<'_>, key: &str, error: impl Into<Box<dyn Error + Send + Sync>>) -> Cannot {
        Cannot::of(Wanted::Write, &self.file(job, key))(io::Error::other(error))
    }

    fn write<const N: usize>(
        &self,
        job: &Job<'_>,
        key: &str,
        views: Vec<(String, TensorView<'_>)>,
        metadata: [(String, String); N],
    ) -> Result<(), Cannot> {
        let path = self.file(job, key);
        let metadata: HashMap<String, String> =
            [("key".to_string(), key.to_string())].into_iter().chain(metadata).collect();
        let bytes =
            safetensors::serialize(views, Some(metadata)).map_err(|error| self.cannot_write(job, key, error))?;
        source::replace(&path, &bytes)?;
        let mut used = self.used.borrow_mut();
        used.insert(path.clone());
        let stem = stem(job) + ".";
        for entry in std::fs::read_dir(self.path(TRAININGS)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let key = name.strip_prefix(&stem).and_then(|rest| rest.strip_suffix(SUFFIX));
            let old = key.is_some_and(|key| key.len() == DIGITS && key.bytes().all(|byte| byte.is_ascii_hexdigit()));
            if old && !used.contains(&entry.path()) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
        Ok(())
    }

    fn file(&self, job: &Job<'_>, key: &str) -> PathBuf {
        self.path(TRAININGS).join(format!("{}.{}{SUFFIX}", stem(job), &key[..DIGITS]))
    }

    /// The run directory of a trained model.
    pub fn run(&self, job: &Job<'_>) -> PathBuf {
        self.path(RUNS).join(stem(job))
    }
}

const SUFFIX: &str = ".safetensors";
/// Of the key, in a file's name.
const DIGITS: usize = 12;

/// What a person finds a training by, its file and its run directory alike: `penguins.sex-alone.seed-1`
fn stem(job: &Job<'_>) -> String {
    let task = |task: usize| plain(&job.contender.pipeline.tasks[task].name);
    let kind = match job.kind {
        Kind::Together => String::new(),
        Kind::Alone(of) => format!(".{}-alone", task(of)),
        Kind::BesideShuffled(of) => format!(".{}-beside-shuffled", task(of)),
    };
    let split = job.split_seed.map_or(String::new(), |seed| format!(".split-{seed}"));
    format!("{}{kind}.seed-{}{split}", plain(&job.contender.name), job.seed)
}

/// A name that every file system takes.
fn plain(name: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || "-_".contains(c) { c } else { '-' };
    name.chars().map(safe).take(80).collect()
}
