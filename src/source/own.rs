//! Names of files and folders that are only there until they are finished.

use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};

/// A name that nobody else takes: no other thread, no other process, and none on another machine that shares the folder, whose
/// processes may have the same numbers.
pub fn own_name() -> String {
    // The system draws the first keys of each thread, and every further state has others.
    format!("{:016x}", RandomState::new().hash_one(()))
}

/// A place beside a path, hidden, for what takes its place when it is finished.
pub fn own_place_beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", own_name()))
}
