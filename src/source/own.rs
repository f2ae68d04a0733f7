//! Names of files and folders that are only there until they are finished.

use std::hash::{BuildHasher, RandomState};

/// A name that nobody else takes: no other thread, no other process, and none on another machine that shares the folder, whose
/// processes may have the same numbers.
pub fn own_name() -> String {
    // Every state has keys of its own, which the system drew.
    format!("{:016x}", RandomState::new().hash_one(()))
}
