//! The folder for what can be made or fetched anew: `MTLC_CACHE`, else `mtlc` where the system keeps such things. It grows to a bound,
//! from which on what was used longest ago goes ([`entries`]).

pub mod entries;

use std::fmt;
use std::path::PathBuf;

use super::sizes;

/// What is kept may have so many bytes.
const BOUND: u64 = 20 << 30;

/// How many bytes the cache keeps: what `MTLC_CACHE_SIZE` says (`64M`, `2G`), or the usual.
pub fn bound() -> u64 {
    sizes::of_environment("MTLC_CACHE_SIZE").unwrap_or(BOUND)
}

/// Takes away what was used longest ago, now that there is one thing more.
pub fn keep_within_bound() {
    if let Ok(folder) = folder() {
        entries::keep_within(&folder, bound());
    }
}

/// There is no home folder to keep a cache in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCache;

/// # Errors
/// If the system has no such place.
pub fn folder() -> Result<PathBuf, NoCache> {
    let of = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = of("MTLC_CACHE") {
        return Ok(folder);
    }
    let shared = of("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
    let home = || of("HOME").map(|home| home.join(if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" }));
    shared
        .or_else(|| of("LOCALAPPDATA").filter(|_| cfg!(windows)))
        .or_else(home)
        .map(|folder| folder.join("mtlc"))
        .ok_or(NoCache)
}

impl fmt::Display for NoCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no home folder to keep a cache in; name one by `MTLC_CACHE`")
    }
}

impl std::error::Error for NoCache {}

/// For what says its errors in one line.
impl From<NoCache> for String {
    fn from(no_cache: NoCache) -> Self {
        no_cache.to_string()
    }
}
