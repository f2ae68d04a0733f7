//! Makes a pack of a run.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zip::write::FileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::super::directory::RunDirectory;
use super::super::manifest::Manifest;
use super::open::copied;
use super::{CARD, Contents, LIST, Listed, NotPacked, Packed, VERSION, from_folder};
use crate::data::hexadecimal;
use crate::source::{Cannot, Replacing, Wanted};

/// Files of a run that say how it went, and not what it has learnt; a report in HTML shows rows of the data, which may be nobody
/// else's business.
const LEFT_OUT: [&str; 8] = [
    ".lock",
    "checkpoint.safetensors",
    "last.safetensors",
    "metrics.jsonl",
    "mlflow.json",
    "report.html",
    "seeds-of.json",
    "seeds.json",
];

/// Numbers that hardly become shorter, and are read at once where they stay as they are.
const STORED: &str = ".safetensors";

/// Writes what a run is asked with, and its card, into one file. The same run and card give the same bytes.
///
/// # Errors
/// If a file of the run cannot be read, or the pack not be written.
pub fn write(run: &RunDirectory, manifest: &Manifest, card: &str, out: &Path) -> Result<Packed, NotPacked> {
    let folder = manifest.spec.parent().unwrap_or(Path::new(""));
    let manifest = manifest.moved(|path| from_folder(folder, path));
    let mut texts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    texts.insert(CARD.into(), card.as_bytes().to_vec());
    texts.insert("run.json".into(), serde_json::to_vec_pretty(&manifest).unwrap_or_default());
    let mut files: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in run.files() {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let events = name.starts_with("events.out.");
        if !events && !LEFT_OUT.contains(&name.as_str()) && !texts.contains_key(&name) && path.exists() {
            files.insert(name, path);
        }
    }
    let mut contents = Contents {
        version: VERSION,
        mtlc_version: env!("CARGO_PKG_VERSION").into(),
        name: manifest.name.clone(),
        files: BTreeMap::new(),
    };
    for (name, text) in &texts {
        let sha256 = hexadecimal(&Sha256::digest(text));
        contents.files.insert(name.clone(), Listed { bytes: text.len() as u64, sha256 });
    }
    for (name, path) in &files {
        contents.files.insert(name.clone(), listed(path).map_err(Cannot::of(Wanted::Read, path))?);
    }
    let cannot = |error: std::io::Error| NotPacked::Cannot(Cannot::of(Wanted::Write, out)(error));
    let mut zip = ZipWriter::new(BufWriter::new(Replacing::begin(out).map_err(cannot)?));
    let options = FileOptions::default().last_modified_time(zip::DateTime::default()).large_file(true);
    let stored = options.compression_method(CompressionMethod::Stored);
    let deflated = options.compression_method(CompressionMethod::Deflated);
    let begin = |zip: &mut ZipWriter<BufWriter<Replacing>>, name: &str| {
        let how = if name == LIST || name.ends_with(STORED) { stored } else { deflated };
        zip.start_file(name, how).map_err(|error| cannot(error.into()))
    };
    begin(&mut zip, LIST)?;
    zip.write_all(&serde_json::to_vec_pretty(&contents).unwrap_or_default()).map_err(cannot)?;
    for name in contents.files.keys() {
        begin(&mut zip, name)?;
        match (texts.get(name), files.get(name)) {
            (Some(text), _) => zip.write_all(text).map_err(cannot)?,
            (None, Some(path)) => {
                let mut file = File::open(path).map_err(Cannot::of(Wanted::Read, path))?;
                std::io::copy(&mut file, &mut zip).map_err(cannot)?;
            }
            (None, None) => {}
        }
    }
    let mut file = zip.finish().map_err(|error| cannot(error.into()))?;
    let bytes = file.stream_position().map_err(cannot)?;
    file.into_inner().map_err(|error| cannot(error.into_error()))?.finish().map_err(cannot)?;
    Ok(Packed { files: contents.files.len(), bytes })
}

fn listed(path: &Path) -> std::io::Result<Listed> {
    copied(File::open(path)?, &mut std::io::sink())
}
