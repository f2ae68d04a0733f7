//! One writer per folder: a lock on the file `.lock` in it. The system lets go of it when the process ends, however it
//! ends, so that a killed run can be gone on with at once.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use crate::source::{Cannot, Wanted};

/// What is locked. The file stays where it is: another process may be about to lock it.
pub const FILE: &str = ".lock";

/// Holds a folder as long as it lives.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why a folder could not be locked.
#[derive(Debug)]
pub enum NotLocked {
    /// Another process writes in it; which one, where that can be read.
    Held { folder: PathBuf, process: Option<u32> },
    /// Nothing can be written there.
    Cannot(Cannot),
}

impl Lock {
    /// Locks a folder, which must be there.
    ///
    /// # Errors
    /// If another process has it, or nothing can be written there.
    pub fn take(folder: &Path) -> Result<Lock, NotLocked> {
        let path = folder.join(FILE);
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(Cannot::of(Wanted::Write, &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(busy(folder, file)),
            // Some file systems of a network have no locks: better no lock there than no run.
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(Cannot::of(Wanted::Lock, &path)(error).into()),
        }
        // Who has it is only for people to read.
        let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        Ok(Lock { _file: file })
    }
}

/// Where the lock can be read, whose it is.
fn busy(folder: &Path, mut file: File) -> NotLocked {
    let mut text = String::new();
    let _ = file.read_to_string(&mut text);
    NotLocked::Held { folder: folder.to_path_buf(), process: text.trim().parse().ok() }
}

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

impl fmt::Display for NotLocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotLocked::Held { folder, process } => {
                let whose = process.map_or(String::new(), |process| format!(" (process {process})"));
                let folder = folder.display();
                write!(f, "another mtlc{whose} is writing in `{folder}`: nothing in it was touched")
            }
            NotLocked::Cannot(cannot) => cannot.fmt(f),
        }
    }
}

impl std::error::Error for NotLocked {}

impl From<Cannot> for NotLocked {
    fn from(cannot: Cannot) -> Self {
        NotLocked::Cannot(cannot)
    }
}

/// For what says its errors in one line.
impl From<NotLocked> for String {
    fn from(not_locked: NotLocked) -> Self {
        not_locked.to_string()
    }
}
