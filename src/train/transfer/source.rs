//! Weights from elsewhere: a run directory, a safetensors file or a PyTorch file, as named tensors in the file's order.

use std::path::Path;

use safetensors::tensor::{Dtype, SafeTensors};

use super::pytorch;
use crate::diag::near::not_there;
use crate::source::{DiskLoader, pointed};

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

/// Reads a file or a run directory.
///
/// # Errors
/// In one line.
pub fn read(path: &Path) -> Result<Source, String> {
    let path = &pointed(path);
    if path.is_dir() {
        let model = path.join("model.safetensors");
        if !model.exists() {
            return Err(format!("`{}` holds no trained model", path.display()));
        }
        return read(&model);
    }
    let bytes = std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            format!("cannot read `{}`: {}", path.display(), not_there(path, &DiskLoader::default()))
        }
        _ => format!("cannot read `{}`: {error}", path.display()),
    })?;
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "pt" | "pth" | "bin" | "ckpt" => {
            let tensors = pytorch::read(&bytes).map_err(|why| format!("cannot read `{}`: {why}", path.display()))?;
            Ok(Source { tensors, output_first: true })
        }
        _ => safetensors(&bytes).map_err(|why| format!("cannot read `{}`: {why}", path.display())),
    }
}

fn safetensors(bytes: &[u8]) -> Result<Source, String> {
    let wrong = |error: safetensors::SafeTensorError| format!("it is damaged or no safetensors file ({error})");
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(wrong)?;
    // Runs of mtlc say so; other files come from PyTorch's world.
    let own = header.metadata().as_ref().is_some_and(|metadata| metadata.contains_key("run"));
    let file = SafeTensors::deserialize(bytes).map_err(wrong)?;
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

/// Numbers of a type that weights have; `None` for others (counters, masks).
fn floats(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
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
