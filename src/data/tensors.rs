//! Tensors of safetensors files: one file, or the folder of a model, whose index may name several.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use safetensors::tensor::{Dtype, SafeTensors};

use super::source::Source;

/// What a folder calls the weights of a model: one file, or the list of several.
const WHOLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// Opened files, with where each tensor stands.
#[derive(Debug, Default)]
pub struct Tensors {
    files: Vec<Vec<u8>>,
    found: BTreeMap<String, Found>,
}

#[derive(Clone, Debug)]
struct Found {
    file: usize,
    dtype: Dtype,
    shape: Vec<usize>,
    /// Bytes of the file.
    start: usize,
    end: usize,
}

impl Tensors {
    /// Opens a file of tensors.
    ///
    /// # Errors
    /// Why it cannot be read, to complete "cannot read FILE: …".
    pub fn of_file(path: &Path) -> Result<Self, String> {
        let mut tensors = Self::default();
        tensors.add(path)?;
        Ok(tensors)
    }

    /// Opens the weights of a model's folder.
    ///
    /// # Errors
    /// Why they cannot be read, in a sentence that names the file.
    pub fn of_folder(folder: &Path, name: &str) -> Result<Self, String> {
        let mut tensors = Self::default();
        for file in Self::files_in(folder, name)? {
            tensors.add(&file).map_err(|why| format!("cannot read `{}`: {why}", called(&file, folder, name)))?;
        }
        Ok(tensors)
    }

    /// The files of weights in a model's folder.
    ///
    /// # Errors
    /// If there is none, in a sentence that names the folder and what is there instead.
    pub fn files_in(folder: &Path, name: &str) -> Result<Vec<PathBuf>, String> {
        let index = folder.join(INDEX);
        if folder.join(WHOLE).is_file() || !index.is_file() {
            let whole = folder.join(WHOLE);
            if whole.is_file() {
                return Ok(vec![whole]);
            }
            let pickled = folder.join("pytorch_model.bin").is_file();
            let instead = match pickled {
                true => {
                    ", but `pytorch_model.bin`, a pickle, which is not read here: in Python, \
                     `model.save_pretrained(folder, safe_serialization=True)` writes the weights in the other form"
                }
                false => "",
            };
            return Err(format!("`{name}` has no `{WHOLE}`{instead}"));
        }
        let cannot = |why: &str| format!("cannot read `{}`: {why}", called(&index, folder, name));
        let text = std::fs::read_to_string(&index).map_err(|error| cannot(&error.to_string()))?;
        let json: serde_json::Value = serde_json::from_str(&text).map_err(|error| cannot(&error.to_string()))?;
        let map = json["weight_map"].as_object().ok_or_else(|| cannot("it has no `weight_map`"))?;
        let mut names: Vec<&str> = map.values().filter_map(serde_json::Value::as_str).collect();
        names.sort_unstable();
        names.dedup();
        // A list of files says nothing of other folders.
        if let Some(outside) = names.iter().find(|name| name.contains(['/', '\\'])) {
            return Err(cannot(&format!("it names `{outside}`, which is no file of the folder")));
        }
        Ok(names.into_iter().map(|name| folder.join(name)).collect())
    }

    fn add(&mut self, path: &Path) -> Result<(), String> {
        let bytes = Source::open(path)?.bytes()?;
        let damaged = |error: &dyn std::fmt::Display| format!("it is damaged or no safetensors file ({error})");
        let file = SafeTensors::deserialize(&bytes).map_err(|error| damaged(&error))?;
        let base = bytes.as_ptr() as usize;
        for (name, view) in file.iter() {
            let start = view.data().as_ptr() as usize - base;
            let found = Found {
                file: self.files.len(),
                dtype: view.dtype(),
                shape: view.shape().to_vec(),
                start,
                end: start + view.data().len(),
            };
            self.found.insert(name.to_string(), found);
        }
        self.files.push(bytes);
        Ok(())
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.found.keys().map(String::as_str)
    }

    /// The shape of a tensor of numbers; `None` if there is none of this name.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.found.get(name).filter(|found| is_float(found.dtype)).map(|found| &found.shape[..])
    }

    /// The numbers of a tensor, row-major; none if [`Tensors::shape`] knows none of this name.
    pub fn values(&self, name: &str) -> Vec<f32> {
        let bytes = |found: &Found| floats(found.dtype, &self.files[found.file][found.start..found.end]);
        self.found.get(name).and_then(bytes).unwrap_or_default()
    }
}

/// As people call it who have written the name of the folder.
fn called(file: &Path, folder: &Path, name: &str) -> String {
    Path::new(name).join(file.strip_prefix(folder).unwrap_or(file)).display().to_string()
}

fn is_float(dtype: Dtype) -> bool {
    floats(dtype, &[]).is_some()
}

/// Numbers of a type that weights have; `None` for others (counters, masks).
pub fn floats(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    Some(match dtype {
        Dtype::F32 => bytes.as_chunks::<4>().0.iter().map(|chunk| f32::from_le_bytes(*chunk)).collect(),
        Dtype::F64 => bytes.as_chunks::<8>().0.iter().map(|chunk| f64::from_le_bytes(*chunk) as f32).collect(),
        Dtype::F16 => bytes.as_chunks::<2>().0.iter().map(|chunk| half(u16::from_le_bytes(*chunk))).collect(),
        Dtype::BF16 => {
            let wide = |chunk: &[u8; 2]| f32::from_bits(u32::from(u16::from_le_bytes(*chunk)) << 16);
            bytes.as_chunks::<2>().0.iter().map(wide).collect()
        }
        _ => return None,
    })
}

/// A number of IEEE half precision.
pub fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f32::from(bits & 0x3ff) / 1024.0;
    match exponent {
        0 => sign * fraction * 2f32.powi(-14),
        31 if fraction == 0.0 => sign * f32::INFINITY,
        31 => f32::NAN,
        _ => sign * (1.0 + fraction) * 2f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::half;

    #[test]
    fn half_precision_reads_as_ieee_has_it() {
        let cases = [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_5e-8),
        ];
        for (bits, value) in cases {
            assert_eq!(half(bits), value, "{bits:#x}");
        }
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }
}
