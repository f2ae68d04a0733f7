//! What could not be done with a file or a folder.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file or a folder that the system does not give.
#[derive(Clone, Debug)]
pub struct Cannot {
    pub wanted: Wanted,
    pub path: PathBuf,
    pub error: Arc<io::Error>,
}

/// What it was wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Lock,
    /// To make it, of a folder.
    Make,
    Read,
    /// To put another in its place.
    Replace,
    Write,
}

impl Cannot {
    /// For `map_err`: what was wanted, of which path.
    pub fn of<E: Into<io::Error>>(wanted: Wanted, path: &Path) -> impl FnOnce(E) -> Cannot {
        move |error| Cannot { wanted, path: path.to_path_buf(), error: Arc::new(error.into()) }
    }
}

/// What the system says in its own words is not compared.
impl PartialEq for Cannot {
    fn eq(&self, other: &Self) -> bool {
        let of = |cannot: &Self| (cannot.wanted, cannot.error.kind());
        of(self) == of(other) && self.path == other.path
    }
}

impl fmt::Display for Cannot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted = match self.wanted {
            Wanted::Lock => "lock",
            Wanted::Make => "make the folder",
            Wanted::Read => "read",
            Wanted::Replace => "replace",
            Wanted::Write => "write",
        };
        write!(f, "cannot {wanted} `{}`: {}", self.path.display(), self.error)
    }
}

impl std::error::Error for Cannot {}

/// For what says its errors in one line.
impl From<Cannot> for String {
    fn from(cannot: Cannot) -> Self {
        cannot.to_string()
    }
}
