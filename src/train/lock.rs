//! One writer per folder: a lock on the file `.lock` in it. The system lets go of it when the process ends, however it
//! ends, so that a killed run can be gone on with at once.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;

/// What is locked. The file stays where it is: another process may be about to lock it.
pub const FILE: &str = ".lock";

/// Holds a folder as long as it lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Locks a folder, which must be there.
    ///
    /// # Errors
    /// In one line: that another process has it, or that nothing can be written there.
    pub fn take(folder: &Path) -> Result<Lock, String> {
        let path = folder.join(FILE);
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(busy(folder, file)),
            // Some file systems of a network have no locks: better no lock there than no run.
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(format!("cannot lock `{}`: {error}", path.display())),
        }
        // Who has it is only for people to read.
        let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Lock { _file: file })
    }
}

/// Where the lock can be read, whose it is.
fn busy(folder: &Path, mut file: File) -> String {
    let mut text = String::new();
    let _ = file.read_to_string(&mut text);
    let whose = text.trim().parse::<u32>().map_or(String::new(), |process| format!(" (process {process})"));
    format!("another mtlc{whose} is writing in `{}`: nothing in it was touched", folder.display())
}

/// What to do about a folder that another process has.
pub const HELP: &str = "wait until it has ended, or choose another folder with `--out`";

/// Whether there is nothing in a folder but, perhaps, its lock.
///
/// # Errors
/// If there is no such folder, or it cannot be read.
pub fn is_empty(folder: &Path) -> std::io::Result<bool> {
    for entry in std::fs::read_dir(folder)? {
        if entry?.file_name() != FILE {
            return Ok(false);
        }
    }
    Ok(true)
}
