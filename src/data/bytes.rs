//! The bytes of a file: read whole, unpacked if they are gzip, hashed as they lie on disk.

use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::diag::near::not_there;
use crate::source::DiskLoader;

/// A file as it is.
pub struct Content {
    /// Unpacked.
    pub bytes: Vec<u8>,
    /// Of the file as it lies on disk, in hexadecimal.
    pub sha256: String,
}

/// The path that stands for what is piped into the program; a file of this name is `./-`.
pub const STANDARD_INPUT: &str = "-";

/// Reads a file; the reason if it cannot be had, to complete "cannot read FILE: …".
pub fn read(path: &Path) -> Result<Content, String> {
    unpack(std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => not_there(path, &DiskLoader::default()),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_string(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_string(),
        _ => error.to_string(),
    })?)
}

/// Reads what is piped into the program, to its end.
pub fn read_standard_input() -> Result<Content, String> {
    let mut packed = Vec::new();
    std::io::stdin().lock().read_to_end(&mut packed).map_err(|error| error.to_string())?;
    unpack(packed)
}

fn unpack(packed: Vec<u8>) -> Result<Content, String> {
    let sha256 = sha256(&packed);
    if !packed.starts_with(&[0x1f, 0x8b]) {
        return Ok(Content { bytes: packed, sha256 });
    }
    let mut bytes = Vec::with_capacity(packed.len().saturating_mul(4));
    match flate2::read::MultiGzDecoder::new(packed.as_slice()).read_to_end(&mut bytes) {
        Ok(_) => Ok(Content { bytes, sha256 }),
        Err(_) => Err(format!("it begins as gzip and is damaged or cut short after {} unpacked bytes", bytes.len())),
    }
}

/// In hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
