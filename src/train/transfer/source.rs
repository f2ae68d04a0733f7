//! Weights from elsewhere: a run directory, a safetensors file or a PyTorch file, as named tensors in the file's order.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use safetensors::SafeTensorError;
use safetensors::tensor::SafeTensors;

use super::not_pytorch::NotPyTorch;
use super::pytorch;
use crate::data::tensors::floats;
use crate::diag::near::not_there;
use crate::source::{Cannot, DiskLoader, Wanted, pointed};

/// One tensor of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub name: String,
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

/// The tensors of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub tensors: Vec<Named>,
    /// Whether matrices are `[out, in]`, as PyTorch keeps them, instead of `[in, out]`.
    pub output_first: bool,
}

/// Why a file has no weights to give.
#[derive(Clone, Debug, PartialEq)]
pub enum NotASource {
    /// A folder, and no model in it.
    NoModel(PathBuf),
    /// There is no such file, and what may be meant.
    NotThere(PathBuf, String),
    Cannot(Cannot),
    /// A file that is damaged, or none of safetensors; and what their library says.
    NotSafetensors(PathBuf, String),
    NotPyTorch(PathBuf, NotPyTorch),
}

impl fmt::Display for NotASource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cannot = |f: &mut fmt::Formatter<'_>, path: &Path, why: &dyn fmt::Display| {
            write!(f, "cannot read `{}`: {why}", path.display())
        };
        match self {
            NotASource::NoModel(folder) => write!(f, "`{}` holds no trained model", folder.display()),
            NotASource::NotThere(path, where_else) => cannot(f, path, where_else),
            NotASource::Cannot(cannot) => cannot.fmt(f),
            NotASource::NotSafetensors(path, error) => {
                cannot(f, path, &format_args!("it is damaged or no safetensors file ({error})"))
            }
            NotASource::NotPyTorch(path, why) => cannot(f, path, why),
        }
    }
}

impl std::error::Error for NotASource {}

/// Reads a file or a run directory.
///
/// # Errors
/// If it is not there, or is no file of weights.
pub fn read(path: &Path) -> Result<Source, NotASource> {
    let path = &pointed(path);
    if path.is_dir() {
        let model = path.join("model.safetensors");
        if !model.exists() {
            return Err(NotASource::NoModel(path.clone()));
        }
        return read(&model);
    }
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => NotASource::NotThere(path.clone(), not_there(path, &DiskLoader::default())),
        _ => NotASource::Cannot(Cannot::of(Wanted::Read, path)(error)),
    })?;
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "pt" | "pth" | "bin" | "ckpt" => {
            let tensors = pytorch::read(&bytes).map_err(|why| NotASource::NotPyTorch(path.clone(), why))?;
            Ok(Source { tensors, output_first: true })
        }
        _ => safetensors(&bytes).map_err(|error| NotASource::NotSafetensors(path.clone(), error.to_string())),
    }
}

fn safetensors(bytes: &[u8]) -> Result<Source, SafeTensorError> {
    let (_, header) = SafeTensors::read_metadata(bytes)?;
    // Runs of mtlc say so; other files come from PyTorch's world.
    let own = header.metadata().as_ref().is_some_and(|metadata| metadata.contains_key("run"));
    let file = SafeTensors::deserialize(bytes)?;
    let mut views: Vec<_> = file.iter().collect();
    // In the order of the data, which is the order of the layers where a file was written from a module.
    views.sort_by_key(|(_, view)| view.data().as_ptr() as usize);
    let mut tensors = Vec::with_capacity(views.len());
    for (name, view) in views {
        let Some(values) = floats(view.dtype(), view.data()) else { continue };
        tensors.push(Named { name: name.to_string(), shape: view.shape().to_vec(), values });
    }
    Ok(Source { tensors, output_first: !own })
}
