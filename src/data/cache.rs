//! The folder for what can be made or fetched anew: `MTLC_CACHE`, else `mtlc` where the system keeps such things.

use std::path::PathBuf;

/// # Errors
/// If the system has no such place.
pub fn folder() -> Result<PathBuf, String> {
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
        .ok_or_else(|| "there is no home folder to keep a cache in; name one by `MTLC_CACHE`".to_string())
}
