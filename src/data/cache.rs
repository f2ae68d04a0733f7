//! The folder for what can be made or fetched anew: `MTLC_CACHE`, else `mtlc` where the system keeps such things.

use std::fmt;
use std::path::PathBuf;

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
