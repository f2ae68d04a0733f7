//! Where the cache lies, and places in it that live as long as the process.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::data::cache;
use crate::data::cache::entries::{ROWS, SCRATCH};
use crate::source::own_name;

/// Where tables and prepared rows lie.
pub fn rows() -> Result<PathBuf, String> {
    Ok(cache::folder()?.join(ROWS))
}

/// What cannot be written there, and what to do about it.
pub fn cannot(path: &Path, error: &io::Error) -> String {
    format!(
        "the cache cannot be written (`{}`: {error}); name a folder with room by MTLC_CACHE, or allow rows more memory by MTLC_MEMORY",
        path.display()
    )
}

/// A folder of this process in the cache, which is removed with what is in it when it is dropped; what a process that was killed has
/// left is removed by the next one.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    /// Locked as long as the process lives.
    _alive: File,
}

const ALIVE: &str = "alive";

impl Scratch {
    pub fn new() -> Result<Self, String> {
        let parent = rows()?;
        let failed = |error: io::Error| cannot(&parent, &error);
        std::fs::create_dir_all(&parent).map_err(failed)?;
        // A new folder is not locked at once: who sweeps meanwhile would take it for one that was left.
        let turn = File::create(parent.join("scratch.lock")).map_err(failed)?;
        turn.lock().map_err(failed)?;
        sweep(&parent);
        let path = parent.join(format!("{SCRATCH}{}", own_name()));
        std::fs::create_dir(&path).map_err(failed)?;
        let alive = File::create(path.join(ALIVE)).map_err(failed)?;
        alive.lock().map_err(failed)?;
        drop(turn);
        Ok(Self { path, _alive: alive })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A new file in it, to be written and read.
    pub fn file(&self, name: &str) -> Result<File, String> {
        let path = self.path.join(name);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path);
        file.map_err(|error| cannot(&path, &error))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Removes what processes have left that are no more.
fn sweep(parent: &Path) {
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        if !entry.file_name().to_string_lossy().starts_with(SCRATCH) {
            continue;
        }
        // Without the file it is just being removed.
        let Ok(alive) = File::open(entry.path().join(ALIVE)) else { continue };
        if alive.try_lock().is_ok() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
