//! A run in one file, to be handed on: its spec, what preparation has learnt, its weights and figures, the hash of each, and a card
//! for people. Every command that takes a run takes a pack in its place.
//!
//! A pack is a ZIP archive whose first entry, `pack.json`, lists the others. Nothing in it says where the run lay: its spec has its name
//! alone, and what that imports stands by its path from there. [`write()`] makes one; [`open()`] verifies it and puts it into the
//! [cache](crate::data::cache), from where it is read like any run, and into which nobody writes.

mod open;
mod write;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::directory::NoRun;
use crate::data::cache::NoCache;
use crate::source::Cannot;

pub use self::open::{open, placed};
pub use self::write::write;

/// What the names of packs end with.
pub const ENDING: &str = "mtlpack";
/// The entry for people.
pub const CARD: &str = "CARD.md";

/// The first entry.
const LIST: &str = "pack.json";
/// The version of the lists that this build writes and reads.
const VERSION: u32 = 1;

/// What a pack holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contents {
    version: u32,
    mtlc_version: String,
    name: String,
    files: BTreeMap<String, Listed>,
}

/// A file of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Listed {
    bytes: u64,
    sha256: String,
}

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packed {
    pub files: usize,
    /// Of the pack.
    pub bytes: u64,
}

/// Why a pack cannot be opened.
#[derive(Clone, Debug, PartialEq)]
pub enum NotOpened {
    /// It is cut short, or something in it has changed.
    Damaged {
        pack: PathBuf,
        why: String,
    },
    /// It was made by this later version.
    Newer {
        pack: PathBuf,
        version: String,
    },
    NoCache(NoCache),
    Cannot(Cannot),
}

/// Why a run cannot be packed.
#[derive(Debug)]
pub enum NotPacked {
    NoRun(NoRun),
    Cannot(Cannot),
}

impl NotOpened {
    /// What is wrong with a pack, in words that complete "the pack PACK is damaged: …".
    pub fn damaged(pack: &Path, why: impl Into<String>) -> Self {
        NotOpened::Damaged { pack: pack.to_path_buf(), why: why.into() }
    }
}

/// Whether a file is a pack, by how it begins.
pub fn is_one(path: &Path) -> bool {
    // The name of the first entry stands behind its header of thirty bytes.
    let mut begin = [0; 30 + LIST.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut begin));
    read.is_ok() && begin.starts_with(b"PK\x03\x04") && begin.ends_with(LIST.as_bytes())
}

/// The path that leads from a folder to a file, both as they are written.
fn from_folder(folder: &Path, file: &Path) -> PathBuf {
    let (of_folder, of_file): (Vec<Component>, Vec<Component>) =
        (folder.components().collect(), file.components().collect());
    let common = of_folder.iter().zip(&of_file).take_while(|(one, other)| one == other).count();
    let ups = of_folder[common..].iter().map(|_| Component::ParentDir);
    ups.chain(of_file[common..].iter().copied()).collect()
}

/// Where such a path leads from a folder, without `..`.
fn in_folder(folder: &Path, file: &Path) -> PathBuf {
    let mut path = folder.to_path_buf();
    for part in file.components() {
        match part {
            Component::ParentDir => _ = path.pop(),
            part => path.push(part),
        }
    }
    path
}

impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotOpened::Damaged { pack, why } => write!(f, "the pack `{}` is damaged: {why}", pack.display()),
            NotOpened::Newer { pack, version } => {
                write!(f, "the pack `{}` was made by mtlc {version}, which is newer than this one", pack.display())
            }
            NotOpened::NoCache(no_cache) => no_cache.fmt(f),
            NotOpened::Cannot(cannot) => cannot.fmt(f),
        }
    }
}

impl fmt::Display for NotPacked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotPacked::NoRun(no_run) => no_run.fmt(f),
            NotPacked::Cannot(cannot) => cannot.fmt(f),
        }
    }
}

impl From<NoRun> for NotPacked {
    fn from(no_run: NoRun) -> Self {
        NotPacked::NoRun(no_run)
    }
}

impl From<Cannot> for NotPacked {
    fn from(cannot: Cannot) -> Self {
        NotPacked::Cannot(cannot)
    }
}

impl From<Cannot> for NotOpened {
    fn from(cannot: Cannot) -> Self {
        NotOpened::Cannot(cannot)
    }
}

impl From<NoCache> for NotOpened {
    fn from(no_cache: NoCache) -> Self {
        NotOpened::NoCache(no_cache)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_from_a_folder_lead_back() {
        for (file, between) in [
            ("/specs/ann/mail.mtl", "mail.mtl"),
            ("/specs/ann/tasks/own.mtl", "tasks/own.mtl"),
            ("/specs/shared/own.mtl", "../shared/own.mtl"),
            ("/own.mtl", "../../own.mtl"),
        ] {
            let folder = Path::new("/specs/ann");
            let relative = from_folder(folder, Path::new(file));
            assert_eq!(relative, Path::new(between));
            assert_eq!(in_folder(folder, &relative), Path::new(file));
        }
    }
}
