//! Checkpoints: everything that a run needs to go on to the same result, in one safetensors file.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use crate::lower::value::{Real, to_host};
use crate::lower::weights::Weights;
use crate::source::{self, Cannot, Wanted};

/// Tensors by name, on the host.
pub type Tensors = BTreeMap<String, (Vec<usize>, Vec<f32>)>;

/// Where a run stands; tensors lie beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Grows when a field changes its meaning.
    pub version: u32,
    /// What the run is of: the hash of the spec, its settings and the data. A checkpoint of another is refused.
    pub identity: String,
    pub seed: u64,
    /// Epochs finished.
    pub epoch: usize,
    /// Updates done in the epoch that is under way.
    pub steps_in_epoch: usize,
    /// Updates in all.
    pub updates: u64,
    /// For each task, the sum of its losses and the number of steps that had it, in the epoch under way.
    pub losses: Vec<(f64, usize)>,
    pub best: Option<Best>,
    /// The moving mean of the multi-task score in each epoch that has one; schedules may watch it.
    #[serde(default)]
    pub scores: Vec<f64>,
    /// Its moving mean after the last epoch.
    #[serde(default)]
    pub smoothed: Option<f64>,
    /// Epochs since that last grew.
    pub stale: usize,
    pub balancer: serde_json::Value,
    pub seconds: f64,
    pub examples: u64,
    /// State of further parts of the loop, by name.
    #[serde(default)]
    pub extra: BTreeMap<String, serde_json::Value>,
}

/// The best epoch so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Best {
    pub epoch: usize,
    pub score: Option<f64>,
    /// The moving mean of the score, by which it is the best.
    #[serde(default)]
    pub smoothed: Option<f64>,
    pub loss: f64,
    /// For each task, the thresholds that were fitted on its validation part; empty if none were.
    #[serde(default)]
    pub thresholds: Vec<Vec<f64>>,
}

/// Why tensors cannot be had from a file.
#[derive(Debug)]
pub enum NotRead {
    Cannot(Cannot),
    /// It is cut short, or was never a safetensors file of 32-bit floats.
    NoTensors {
        file: PathBuf,
        why: String,
    },
    /// It is one, and lacks what a checkpoint has.
    Damaged {
        file: PathBuf,
        lacks: Lacks,
    },
    /// It is of another model.
    OtherModel(PathBuf),
}

/// What a checkpoint has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacks {
    Progress,
    Tensor,
}

/// Writes a safetensors file with metadata.
///
/// # Errors
/// If the file cannot be written.
pub fn write(path: &Path, tensors: &Tensors, metadata: HashMap<String, String>) -> Result<(), Cannot> {
    let bytes: Vec<(String, Vec<usize>, Vec<u8>)> = tensors
        .iter()
        .map(|(name, (shape, values))| {
            (name.clone(), shape.clone(), values.iter().flat_map(|value| value.to_le_bytes()).collect())
        })
        .collect();
    let views = bytes
        .iter()
        .map(|(name, shape, bytes)| TensorView::new(Dtype::F32, shape.clone(), bytes).map(|view| (name.clone(), view)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Cannot::of(Wanted::Write, path)(io::Error::other(error)))?;
    let file = safetensors::serialize(views, Some(metadata))
        .map_err(|error| Cannot::of(Wanted::Write, path)(io::Error::other(error)))?;
    source::replace(path, &file)
}

/// Reads a safetensors file of 32-bit floats.
///
/// # Errors
/// If the file is missing, cut short or holds something else.
pub fn read(path: &Path) -> Result<(Tensors, HashMap<String, String>), NotRead> {
    let bytes = std::fs::read(path).map_err(Cannot::of(Wanted::Read, path)).map_err(NotRead::Cannot)?;
    let damaged = |why: String| NotRead::NoTensors { file: path.to_path_buf(), why };
    let (_, header) = SafeTensors::read_metadata(&bytes).map_err(|error| damaged(error.to_string()))?;
    let metadata = header.metadata().clone().unwrap_or_default();
    let file = SafeTensors::deserialize(&bytes).map_err(|error| damaged(error.to_string()))?;
    let mut tensors = Tensors::new();
    for (name, view) in file.iter() {
        if view.dtype() != Dtype::F32 {
            return Err(damaged(format!("`{name}` is of type {:?}, and 32-bit floats are needed", view.dtype())));
        }
        let values = view.data().as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        tensors.insert(name.to_string(), (view.shape().to_vec(), values));
    }
    Ok((tensors, metadata))
}

/// The weights under their paths.
pub fn weight_tensors(weights: &Weights) -> Tensors {
    weights.to_host().into_iter().map(|(path, shape, values)| (path, (shape, values))).collect()
}

/// A snapshot of everything that changes while a model trains. Cheap: tensors are shared until they change.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub trained: Tensor<1>,
    pub states: Vec<Real>,
    pub optimizer: Vec<Tensor<1>>,
    /// More flat tensors by name: the best weights, averaged weights.
    pub more: BTreeMap<String, Tensor<1>>,
    pub more_states: BTreeMap<String, Vec<Real>>,
    pub progress: Progress,
}

impl Snapshot {
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Cannot> {
        let mut tensors = Tensors::new();
        let mut put = |name: String, tensor: &Tensor<1>| {
            let values = to_host(tensor.clone());
            tensors.insert(name, (vec![values.len()], values));
        };
        put("trained".into(), &self.trained);
        self.optimizer.iter().enumerate().for_each(|(index, tensor)| put(format!("optimizer.{index}"), tensor));
        self.states.iter().enumerate().for_each(|(index, state)| put(format!("state.{index}"), &state.flat()));
        self.more.iter().for_each(|(name, tensor)| put(format!("more.{name}"), tensor));
        for (name, states) in &self.more_states {
            states.iter().enumerate().for_each(|(index, state)| put(format!("states.{name}.{index}"), &state.flat()));
        }
        let progress = serde_json::to_string(&self.progress).map_err(Cannot::of(Wanted::Write, path))?;
        write(path, &tensors, HashMap::from([("progress".to_string(), progress)]))
    }

    /// Reads a checkpoint of a model with these weights.
    ///
    /// # Errors
    /// If the file is damaged or of another model.
    pub fn read(path: &Path, weights: &Weights, device: &Device) -> Result<Self, NotRead> {
        let (tensors, metadata) = read(path)?;
        let damaged = |lacks: Lacks| NotRead::Damaged { file: path.to_path_buf(), lacks };
        let other = || NotRead::OtherModel(path.to_path_buf());
        let progress: Progress = metadata
            .get("progress")
            .and_then(|text| serde_json::from_str(text).ok())
            .ok_or_else(|| damaged(Lacks::Progress))?;
        let flat = |name: &str| -> Option<Tensor<1>> {
            let (_, values) = tensors.get(name)?;
            Some(Tensor::from_data(TensorData::new(values.clone(), [values.len()]), device))
        };
        let numbered =
            |prefix: &str| -> Vec<Tensor<1>> { (0..).map_while(|index| flat(&format!("{prefix}.{index}"))).collect() };
        let as_states = |flats: Vec<Tensor<1>>| -> Option<Vec<Real>> {
            let fits = flats.len() == weights.states.len()
                && flats.iter().zip(&weights.states).all(|(flat, state)| flat.dims()[0] == state.elements());
            fits.then(|| flats.into_iter().zip(&weights.states).map(|(flat, state)| state.like(flat)).collect())
        };
        let trained = flat("trained").filter(|flat| flat.dims()[0] == weights.count());
        let trained = trained.ok_or_else(other)?;
        let states = as_states(numbered("state")).ok_or_else(other)?;
        let mut more = BTreeMap::new();
        let mut more_states = BTreeMap::new();
        for name in tensors.keys().filter_map(|name| name.strip_prefix("more.")) {
            let tensor = flat(&format!("more.{name}")).ok_or_else(|| damaged(Lacks::Tensor))?;
            more.insert(name.to_string(), tensor);
            // Not everything that is kept has states of its own.
            more_states.extend(as_states(numbered(&format!("states.{name}"))).map(|states| (name.to_string(), states)));
        }
        Ok(Self { trained, states, optimizer: numbered("optimizer"), more, more_states, progress })
    }
}

impl fmt::Display for NotRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotRead::Cannot(cannot) => cannot.fmt(f),
            NotRead::NoTensors { file, why } => {
                write!(f, "`{}` is damaged or no safetensors file: {why}", file.display())
            }
            NotRead::Damaged { file, lacks } => {
                let lacks = match lacks {
                    Lacks::Progress => "it does not say where the run stands",
                    Lacks::Tensor => "a tensor is missing",
                };
                write!(f, "`{}` is damaged: {lacks}", file.display())
            }
            NotRead::OtherModel(file) => write!(f, "`{}` is a checkpoint of another model", file.display()),
        }
    }
}

impl std::error::Error for NotRead {}
